import { describe, expect, it } from 'vitest'
import type { ChannelOptions } from './options.ts'
import { ChannelRules, isAllowed } from './rules.ts'

const ada = { userId: 'ada' }

describe('ChannelRules', () => {
  const rules = new ChannelRules({
    'chat:{room}': { subscribe: 'anyone' },
    'chat:lobby': { subscribe: 'nobody' },
    '{any}:lobby': { subscribe: 'authenticated' },
    '{any}:{thing}': { subscribe: 'anyone', publish: 'anyone' },
  })

  it.each([
    ['a literal name before a pattern declared earlier', 'chat:lobby', 'chat:lobby', {}],
    ['the first pattern that fits', 'chat:x', 'chat:{room}', { room: 'x' }],
    ['a later pattern when the first do not fit', 'game:lobby', '{any}:lobby', { any: 'game' }],
    ['the last of them', 'a:b', '{any}:{thing}', { any: 'a', thing: 'b' }],
  ])('finds %s', (_name, channel, pattern, params) => {
    expect(rules.find(channel)).toMatchObject({ rule: { pattern }, params })
  })

  it.each(['chat', 'chat:', 'chat:a:b', 'chat:a/b', 'constructor', '__proto__', '{any}:lobby:'])(
    'finds nothing for %s',
    (channel) => {
      expect(rules.find(channel)).toBeNull()
    },
  )

  it('puts every default in its place', () => {
    expect(ruleOf({})).toEqual({
      pattern: 'c',
      schema: null,
      subscribe: 'authenticated',
      publish: 'nobody',
      history: null,
      delivery: 'drop',
      conflateKey: null,
      slowGraceMs: 5_000,
      windowMs: 0,
      maxEvents: Number.POSITIVE_INFINITY,
      maxDelayMs: 100,
    })
    expect(ruleOf({ history: { size: 5 } })).toMatchObject({
      delivery: 'every',
      history: { maxEntries: 5, maxBytes: 4 * 1024 * 1024, maxAgeMs: 300_000 },
    })
  })

  it('keeps the newest values of a `latest` channel, one or one a key, for as long as they are new', () => {
    expect(ruleOf({ delivery: 'latest' })?.history).toMatchObject({
      maxEntries: 1,
      maxAgeMs: Number.MAX_SAFE_INTEGER,
    })
    expect(ruleOf({ delivery: 'latest', conflateKey: 'id' })?.history?.maxEntries).toBe(1_000)
  })

  it.each<[string, ChannelOptions]>([
    ['windowMs', { windowMs: -1 }],
    ['windowMs', { windowMs: Number.NaN }],
    ['maxEvents', { maxEvents: 0 }],
    ['maxDelayMs', { maxDelayMs: -1 }],
    ['slowGraceMs', { slowGraceMs: -1 }],
    ['history.size', { history: { size: 0 } }],
    ['history.size', { history: { size: 1.5 } }],
    ['history.bytes', { history: { size: 1, bytes: 0 } }],
    ['history.ttlMs', { history: { size: 1, ttlMs: Number.NaN } }],
    ['needs a history', { delivery: 'every' }],
    ['needs a history', { delivery: 'disconnect' }],
    ['conflateKey', { conflateKey: 'id', history: { size: 1 } }],
  ])('refuses a declaration for its %s and names the channel', (told, options) => {
    expect(() => ruleOf(options)).toThrow(TypeError)
    expect(() => ruleOf(options)).toThrow(`channel "c": `)
    expect(() => ruleOf(options)).toThrow(told)
  })

  it('refuses a pattern that no name fits', () => {
    expect(() => new ChannelRules({ 'a b': {} })).toThrow(TypeError)
  })
})

describe('isAllowed', () => {
  it.each([
    ['anyone', null, true],
    ['anyone', ada, true],
    ['authenticated', null, false],
    ['authenticated', ada, true],
    ['nobody', null, false],
    ['nobody', ada, false],
  ] as const)('%s, asked for %j, is %s', (access, identity, allowed) => {
    expect(isAllowed(access, identity)).toBe(allowed)
  })
})

function ruleOf(options: ChannelOptions) {
  return new ChannelRules({ c: options }).find('c')?.rule
}
