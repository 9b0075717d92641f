import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bareRequest } from '../../test/support/bare-request.ts'
import { TrustedProxies } from './client-address.ts'

const spoofed = { 'x-forwarded-for': '198.51.100.7' }

describe('without a trusted proxy', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8::9', '2001:db8::9'],
    ['fe80::9%eth0', 'fe80::9'],
    ['127.0.0.1', '127.0.0.1'],
  ])('a client at %s is there, whatever it says', (remoteAddress, address) => {
    const request = bareRequest({ remoteAddress, headers: spoofed })
    expect(new TrustedProxies().clientAddress(request)).toBe(address)
  })

  it('nobody knows where a client is that is gone', () => {
    expect(new TrustedProxies().clientAddress(bareRequest({ headers: spoofed }))).toBe('unknown')
  })

  it('the host is what it says in Host', () => {
    const headers = { host: 'app.example', 'x-forwarded-host': 'evil.example' }
    const request = bareRequest({ remoteAddress: '127.0.0.1', headers })
    expect(new TrustedProxies().requestedHost(request)).toBe('app.example')
    expect(new TrustedProxies().requestedHost(bareRequest())).toBeNull()
  })
})

describe('behind trusted proxies', () => {
  const proxies = new TrustedProxies(['loopback', '10.0.0.0/8', '2001:db8::1'])

  it.each([
    ['one hop', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['two hops', '10.1.2.3', '203.0.113.9, 10.0.0.7', '203.0.113.9'],
    ['a proxy on this machine', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['a proxy whose IPv4 comes as IPv6', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a proxy with IPv6', '2001:db8::1', '203.0.113.9', '203.0.113.9'],
    ['a client with IPv6', '10.1.2.3', '2001:db8::9', '2001:db8::9'],
    ['a client whose IPv4 comes as IPv6', '10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['an entry with a port', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
    ['an entry with brackets and a port', '10.1.2.3', '[2001:db8::9]:4711', '2001:db8::9'],
    ['what a client put before it', '10.1.2.3', '198.51.100.7, 203.0.113.9', '203.0.113.9'],
    [
      'a trusted address a client put before it',
      '10.1.2.3',
      '10.0.0.1, 203.0.113.9',
      '203.0.113.9',
    ],
    ['nothing but proxies', '10.1.2.3', '10.0.0.8, 10.0.0.7', '10.0.0.8'],
    ['no header', '10.1.2.3', undefined, '10.1.2.3'],
    ['an empty header', '10.1.2.3', ' , ,', '10.1.2.3'],
    ['an entry that is no address', '10.1.2.3', '203.0.113.9, unknown', '10.1.2.3'],
    ['a proxy that is not listed', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['the neighbour of one that is listed', '2001:db8::2', '203.0.113.9', '2001:db8::2'],
  ])('%s', (_, remoteAddress, forwarded, address) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    expect(proxies.clientAddress(bareRequest({ remoteAddress, headers }))).toBe(address)
  })

  it('never finds an address further left than the first that is not trusted', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (said, client) => {
        fc.pre(!/^(?:127|10)\./.test(client))
        const headers = { 'x-forwarded-for': `${said}, ${client}` }
        const request = bareRequest({ remoteAddress: '10.0.0.1', headers })
        expect(proxies.clientAddress(request)).toBe(client)
      }),
    )
  })

  it('take their word for the host, the nearest one', () => {
    const headers = { host: 'inner:3000', 'x-forwarded-host': 'evil.example, app.example' }
    const request = bareRequest({ remoteAddress: '10.0.0.1', headers })
    expect(proxies.requestedHost(request)).toBe('app.example')
    const direct = bareRequest({ remoteAddress: '192.0.2.1', headers })
    expect(proxies.requestedHost(direct)).toBe('inner:3000')
  })
})

it.each([
  ['10.0.0.1', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.3.4', true],
  ['fd00::1', true],
  ['fe80::1', false],
  ['127.0.0.1', false],
  ['8.8.8.8', false],
])('private holds %s: %s', (remoteAddress, isTrusted) => {
  const request = bareRequest({ remoteAddress, headers: spoofed })
  const address = new TrustedProxies(['private']).clientAddress(request)
  expect(address).toBe(isTrusted ? '198.51.100.7' : remoteAddress)
})

it.each([
  '',
  'localhost',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0.0/1e1',
  '::1/129',
  '*',
  'true',
  '10.0.0',
  '0.0.0.0',
  '::',
  // Everybody, or half of them.
  '0.0.0.0/0',
  '::/0',
  '128.0.0.0/1',
  '10.0.0.0/7',
  '::ffff:0:0/96',
  '8000::/1',
])('%j is no proxy: a TypeError', (entry) => {
  expect(() => new TrustedProxies(['loopback', entry])).toThrow(TypeError)
})
