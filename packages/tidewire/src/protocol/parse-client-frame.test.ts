import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClientFrame } from './parse-client-frame.ts'

const valid = {
  auth: { type: 'auth', token: 't' },
  subscribe: { type: 'subscribe', id: 1, channel: 'news' },
  unsubscribe: { type: 'unsubscribe', id: 1, channel: 'news' },
  publish: { type: 'publish', channel: 'news', payload: null },
  call: { type: 'call', id: 1, method: 'm', payload: 2 },
  history: { type: 'history', id: 1, channel: 'news' },
  heartbeat: { type: 'heartbeat' },
} as const

describe('parseClientFrame', () => {
  it.each(Object.entries(valid))('takes the smallest %s frame as it is', (_type, frame) => {
    expect(parseClientFrame(frame)).toEqual({ ok: true, frame })
  })

  it('never throws and names a code of the table, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (value) => {
        const parsed = parseClientFrame(value)
        if (!parsed.ok) expect(parsed.error.message).not.toBe('')
      }),
    )
  })

  it.each([
    ['null', null],
    ['a text', 'subscribe'],
    ['a number', 1],
    ['an array', [{ type: 'heartbeat' }]],
  ])('answers INVALID_FRAME to %s', (_name, value) => {
    expect(codeOf(value)).toBe('INVALID_FRAME')
  })

  it.each([
    ['MISSING_TYPE', { id: 1 }],
    ['INVALID_FRAME', { type: 7, id: 1 }],
    ['UNKNOWN_TYPE', { type: 'shout', id: 1 }],
    ['UNKNOWN_TYPE', { type: 'constructor', id: 1 }],
    ['UNKNOWN_TYPE', { type: '__proto__', id: 1 }],
    ['UNKNOWN_TYPE', { type: 'connected', id: 1 }],
    ['INVALID_FRAME', { ...valid.auth, token: 7 }],
    ['INVALID_FRAME', { type: 'auth' }],
    ['INVALID_FRAME', { type: 'subscribe', channel: 'news' }],
    ['INVALID_FRAME', { type: 'unsubscribe', channel: 'news' }],
    ['INVALID_FRAME', { type: 'history', channel: 'news' }],
    ['INVALID_FRAME', { type: 'call', method: 'm' }],
    ['INVALID_FRAME', { type: 'call', id: 1, method: '' }],
    ['INVALID_FRAME', { type: 'call', id: 1, method: 'm'.repeat(129) }],
    ['INVALID_FRAME', { type: 'call', id: 1 }],
    ['INVALID_CHANNEL', { ...valid.subscribe, channel: 'a b' }],
    ['INVALID_CHANNEL', { ...valid.unsubscribe, channel: 7 }],
    ['INVALID_CHANNEL', { ...valid.publish, channel: '' }],
    ['INVALID_CHANNEL', { type: 'history', id: 1 }],
    ['INVALID_FRAME', { ...valid.subscribe, last: -1 }],
    ['INVALID_FRAME', { ...valid.subscribe, last: 1.5 }],
    ['INVALID_FRAME', { ...valid.subscribe, since: null }],
    ['INVALID_FRAME', { ...valid.subscribe, since: { epoch: 'e' } }],
    ['INVALID_FRAME', { ...valid.subscribe, since: { epoch: '', offset: 0 } }],
    ['INVALID_FRAME', { ...valid.subscribe, since: { epoch: 'e'.repeat(65), offset: 0 } }],
    ['INVALID_FRAME', { ...valid.subscribe, since: { epoch: 'a:b', offset: 0 } }],
    ['INVALID_FRAME', { ...valid.subscribe, since: { epoch: 'e', offset: 2 ** 53 } }],
    ['INVALID_FRAME', { type: 'publish', channel: 'news' }],
    ['INVALID_FRAME', { ...valid.publish, key: '' }],
    ['INVALID_FRAME', { ...valid.publish, key: 'é'.repeat(65) }],
    ['INVALID_FRAME', { ...valid.publish, echo: 'no' }],
    ['INVALID_FRAME', { ...valid.history, limit: -1 }],
    ['INVALID_FRAME', { ...valid.history, after: '1' }],
    ['INVALID_FRAME', { ...valid.history, before: 0.5 }],
  ])('answers %s to %j', (code, value) => {
    expect(codeOf(value)).toBe(code)
  })

  it.each([1, 0, -1, Number.MAX_SAFE_INTEGER, 'a', 'é'.repeat(32)])('takes the id %j', (id) => {
    const parsed = parseClientFrame({ ...valid.subscribe, id })
    expect(parsed).toEqual({ ok: true, frame: { ...valid.subscribe, id } })
  })

  it.each([[null], [''], [1.5], [2 ** 53], [true], [['a']], [{}], ['é'.repeat(33)]])(
    'refuses the id %j and does not answer with it',
    (id) => {
      const parsed = parseClientFrame({ ...valid.subscribe, id })
      expect(parsed).toMatchObject({ ok: false, error: { code: 'INVALID_FRAME' } })
      expect('error' in parsed && 'id' in parsed.error).toBe(false)
    },
  )

  it('answers a bad frame with its id when that is a good one', () => {
    expect(parseClientFrame({ type: 'shout', id: 'a' })).toMatchObject({ error: { id: 'a' } })
    expect(parseClientFrame({ id: 3 })).toMatchObject({ error: { id: 3 } })
    expect(parseClientFrame({ ...valid.subscribe, channel: '' })).toMatchObject({
      error: { id: 1 },
    })
  })

  it('leaves what it does not know behind', () => {
    const parsed = parseClientFrame({ ...valid.subscribe, admin: true, since: undefined })
    expect(parsed).toStrictEqual({ ok: true, frame: { ...valid.subscribe } })
    const since = { epoch: 'e', offset: 3, extra: 1 }
    expect(parseClientFrame({ ...valid.subscribe, since })).toStrictEqual({
      ok: true,
      frame: { ...valid.subscribe, since: { epoch: 'e', offset: 3 } },
    })
  })

  it('takes `__proto__` for data', () => {
    const text = '{"__proto__":{"type":"heartbeat","id":5}}'
    expect(parseClientFrame(JSON.parse(text))).toMatchObject({
      ok: false,
      error: { code: 'MISSING_TYPE' },
    })
    const frame =
      '{"type":"publish","channel":"c","payload":{"__proto__":{"polluted":1}},"__proto__":{"key":"k"}}'
    const parsed = parseClientFrame(JSON.parse(frame))
    expect(parsed.ok && parsed.frame.type === 'publish' && 'key' in parsed.frame).toBe(false)
    expect(JSON.stringify(parsed.ok && 'payload' in parsed.frame && parsed.frame.payload)).toBe(
      '{"__proto__":{"polluted":1}}',
    )
    expect({}).not.toHaveProperty('polluted')
  })
})

function codeOf(value: unknown): string {
  const parsed = parseClientFrame(value)
  return parsed.ok ? 'ok' : parsed.error.code
}
