import { describe, expect, it } from 'vitest'
import type { ChannelOptions } from './options.ts'
import { ChannelRules } from './rules.ts'

describe('ChannelRules', () => {
  const rules = new ChannelRules({
    'chat:{room}': { subscribe: 'anyone' },
    'chat:lobby': { subscribe: 'nobody' },
    '{any}:lobby': { subscribe: 'authenticated' },
    '{any}:{thing}': { subscribe: 'anyone', publish: 'anyone' },
  })

  it.each([
    ['a literal name before a pattern declared earlier', 'chat:lobby', 'chat:lobby'],
    ['the first pattern that fits', 'chat:x', 'chat:{room}'],
    ['a later pattern when the first do not fit', 'game:lobby', '{any}:lobby'],
    ['the last of them', 'a:b', '{any}:{thing}'],
  ])('finds %s', (_name, channel, pattern) => {
    expect(rules.find(channel)).toMatchObject({ pattern })
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
      subscribe: expect.objectContaining({ access: 'authenticated', can: null }),
      publish: expect.objectContaining({ access: 'nobody', can: null }),
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

  it.each([
    ['chat:{room}', 'chat:{id}'],
    ['{kind}:{id}', 'chat:{room}'],
  ])('refuses behind %s the pattern %s, which no name is left for', (first, second) => {
    const declare = () => new ChannelRules({ [first]: {}, 'chat:lobby': {}, [second]: {} })
    expect(declare).toThrow(TypeError)
    expect(declare).toThrow(`channel "${second}": "${first}" before it has all its names`)
  })

  it('refuses a pattern that no name fits', () => {
    expect(() => new ChannelRules({ 'a b': {} })).toThrow(TypeError)
  })
})

describe('the right to publish', () => {
  const can = () => true

  it.each<[string, ChannelOptions, string]>([
    ['is for users where a permission says which', { canPublish: can }, 'authenticated'],
    ['is what was declared beside a permission', { canPublish: can, publish: 'anyone' }, 'anyone'],
    ["is nobody's without either", { canSubscribe: can }, 'nobody'],
  ])('%s', (_name, options, access) => {
    expect(ruleOf(options)?.publish.access).toBe(access)
  })

  it('has the permission of its own name', () => {
    const rule = ruleOf({ canSubscribe: can, canPublish: () => false })
    expect(rule?.subscribe.can).toBe(can)
    expect(rule?.publish.can).not.toBe(can)
  })
})

function ruleOf(options: ChannelOptions) {
  return new ChannelRules({ c: options }).find('c')
}
