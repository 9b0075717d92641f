import { describe, expect, it } from 'vitest'
import { bareRequest } from '../../test/support/bare-request.ts'
import { TrustedProxies } from './client-address.ts'
import { Origins, type OriginsOptions } from './origins.ts'

const strangers = [
  'https://evil.example',
  'https://app.example.evil.example',
  'https://evil-app.example',
  'https://app.example@evil.example',
  'https://app.example:444',
  'null',
  '',
  'app.example',
  '//app.example',
  'https://app.example/path',
  'https://app.example, https://evil.example',
  'https://app.example\\.evil.example',
]

describe('a list of origins', () => {
  const allowed = ['https://app.example', 'http://localhost:5173', 'capacitor://localhost']

  it.each([...allowed, 'https://app.example:443', 'HTTPS://APP.EXAMPLE'])('admits %s', (origin) => {
    expect(admits(allowed, { origin })).toBe(true)
  })

  it.each([
    ...strangers,
    'http://app.example',
    'http://localhost',
    'https://localhost:5173',
    'ionic://localhost',
  ])('does not admit %s', (origin) => {
    expect(admits(allowed, { origin })).toBe(false)
  })

  it('admits who names none: no browser', () => {
    expect(admits(allowed, {})).toBe(true)
    expect(admits([], {})).toBe(true)
  })

  it.each([
    'app.example',
    '*',
    'null',
    '',
    'https://',
    'https://app.example/',
    'https://app.example/path',
    'https://user@app.example',
    'https://*.app.example:x',
    'https://app.example?a',
    'wss://app.example',
    'https://*.app.example',
  ])('with %j, which is no origin, is a TypeError', (entry) => {
    expect(() => admits([entry], {})).toThrow(TypeError)
  })
})

describe('the same host', () => {
  it.each([
    ['https://app.example', 'app.example'],
    ['http://app.example', 'app.example'],
    ['https://app.example', 'APP.example:443'],
    ['http://app.example', 'app.example:80'],
    ['https://app.example:8443', 'app.example:8443'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('%s may connect to %s', (origin, host) => {
    expect(admits('same-host', { origin, host })).toBe(true)
  })

  it.each(strangers)('%s may not connect to app.example', (origin) => {
    expect(admits('same-host', { origin, host: 'app.example' })).toBe(false)
  })

  it.each([undefined, '', 'app.example/', 'x@app.example', 'app.example:99999', 'a b'])(
    'nobody may where the host is %j',
    (host) => {
      const headers = { origin: 'https://app.example', ...(host !== undefined && { host }) }
      expect(admits('same-host', headers)).toBe(false)
    },
  )

  it('is the one a trusted proxy was asked for', () => {
    const headers = {
      origin: 'https://app.example',
      host: 'inner:3000',
      'x-forwarded-host': 'app.example',
    }
    expect(admits('same-host', headers)).toBe(false)
    expect(admits('same-host', headers, ['loopback'])).toBe(true)
  })
})

it.each([...strangers, 'https://app.example'])('any admits %s', (origin) => {
  expect(admits('any', { origin, host: 'app.example' })).toBe(true)
})

function admits(
  allowed: OriginsOptions['allowed'],
  headers: Readonly<Record<string, string>>,
  trustProxy: readonly string[] = [],
): boolean {
  const origins = new Origins({ allowed, proxies: new TrustedProxies(trustProxy) })
  return origins.admits(bareRequest({ remoteAddress: '127.0.0.1', headers }))
}
