import { describe, expect, it } from 'vitest'
import { type ApiKeyOptions, ApiKeys, createApiKey } from './api-keys.ts'

const { token, secretHash } = createApiKey('shop-1')
const shop: ApiKeyOptions = { id: 'shop-1', secretHash, scopes: ['publish'] }

describe('an API key', () => {
  it('is made of an id and a secret nobody has seen before', () => {
    expect(token).toMatch(/^twk_shop-1_[\w-]{43}$/)
    expect(secretHash).toMatch(/^[\da-f]{64}$/)
    expect(createApiKey('shop-1').token).not.toBe(token)
  })

  it('is found by its token and by nothing else', () => {
    const keys = new ApiKeys([shop])
    expect(keys.find(token)?.id).toBe('shop-1')
    for (const wrong of ['', token.slice(0, -1), `${token}x`, token.replace('shop-1', 'shop-2')]) {
      expect(keys.find(wrong)).toBeNull()
    }
    expect(new ApiKeys([]).find(token)).toBeNull()
  })

  it('may have a secret with underscores in it', () => {
    const keys = new ApiKeys([
      {
        ...shop,
        // Of `a_b_`.
        secretHash: '0d95fb310c002d398282654740a3ee422ddf14b11a8d0bb8df04af14199b33a1',
      },
    ])
    expect(keys.find('twk_shop-1_a_b_')?.id).toBe('shop-1')
  })

  it('allows what is in its scopes, on its channels', () => {
    const all = new ApiKeys([{ ...shop, scopes: ['publish', 'read'] }]).find(token)
    expect([all?.allows('read', 'x'), all?.allows('publish', 'x')]).toEqual([true, true])
    const narrow = new ApiKeys([{ ...shop, channels: ['log:{name}', 'news'] }]).find(token)
    expect(narrow?.allows('read', 'news')).toBe(false)
    for (const [channel, isAllowed] of [
      ['news', true],
      ['log:a', true],
      ['log:a:b', false],
      ['other', false],
    ] as const) {
      expect(narrow?.allows('publish', channel)).toBe(isAllowed)
    }
    const none = new ApiKeys([{ ...shop, channels: [] }]).find(token)
    expect(none?.allows('publish', 'news')).toBe(false)
  })

  it.each<[string, Partial<ApiKeyOptions>]>([
    ['an id with an underscore', { id: 'a_b' }],
    ['no id', { id: '' }],
    ['the secret for a hash', { secretHash: token }],
    ['no scope', { scopes: [] }],
    ['a pattern that is none', { channels: ['{'] }],
  ])('with %s is a mistake', (_, wrong) => {
    expect(() => new ApiKeys([{ ...shop, ...wrong }])).toThrow(TypeError)
  })

  it('with an unknown scope, or there twice, is a mistake', () => {
    // As JavaScript may have it.
    const scopes = JSON.parse('["write"]')
    expect(() => new ApiKeys([{ ...shop, scopes }])).toThrow(/scopes of shop-1/)
    expect(() => new ApiKeys([shop, shop])).toThrow(/twice/)
    const same = { ...shop, id: 'shop-2', secretHash: shop.secretHash.toUpperCase() }
    expect(() => new ApiKeys([shop, same])).toThrow('shop-1 and shop-2 have one secret')
    expect(() => createApiKey('a b')).toThrow(TypeError)
  })
})
