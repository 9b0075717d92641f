import { describe, expect, it } from 'vitest'
import type { ChannelAccess } from '../../protocol/access.ts'
import { compilePattern } from '../../protocol/channel-pattern.ts'
import { type DeclaredRight, hasAccess, isAllowed, rightOf } from './right.ts'

const ada = { userId: 'ada' }

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

describe('an owner', () => {
  const right = declare('user:{userId}', { access: 'owner' })

  it('has access to the channel that holds its id, and to no other', () => {
    expect(hasAccess(right, ada, 'user:ada')).toBe(true)
    expect(hasAccess(right, ada, 'user:bob')).toBe(false)
  })

  it('is nobody without a credential', () => {
    expect(hasAccess(right, null, 'user:null')).toBe(false)
  })

  it.each(['Ada', 'ad', 'adaa', 'ada=', 'ADA'])('is not %s: ids are compared as they are', (id) => {
    expect(hasAccess(right, ada, `user:${id}`)).toBe(false)
  })

  it('is known by the param called userId, wherever it stands', () => {
    const inbox = declare('org/{org}/of:{userId}:{box}', { access: 'owner' })
    expect(hasAccess(inbox, ada, 'org/acme/of:ada:drafts')).toBe(true)
    expect(hasAccess(inbox, ada, 'org/ada/of:bob:ada')).toBe(false)
  })

  it.each(['a:b', 'a/b', ''])('with the id %j has no channel at all', (userId) => {
    for (const name of [`user:${userId}`, 'user:', 'user:a', 'elsewhere']) {
      expect(hasAccess(right, { userId }, name)).toBe(false)
    }
  })
})

describe('rightOf', () => {
  it('knows the params of a name', () => {
    const { paramsOf } = declare('game/{id}/moves/{player}', { access: 'anyone' })
    expect(paramsOf('game/7/moves/ada')).toEqual({ id: '7', player: 'ada' })
    expect(declare('news', { access: 'anyone' }).paramsOf('news')).toEqual({})
  })

  it('takes a permission beside every access that lets somebody in', () => {
    const can = () => true
    for (const access of ['anyone', 'authenticated', 'owner'] as const) {
      expect(declare('user:{userId}', { access, can })).toMatchObject({ access, can })
    }
  })

  it.each<[string, Partial<DeclaredRight>]>([
    ['access owner needs a {userId} in the pattern', { access: 'owner' }],
    ['canPublish is never asked where nobody has access', { access: 'nobody', can: () => true }],
    // What a program without types may say.
    ['canPublish is a function', { access: 'anyone', can: true as never }],
    ['an access is one of anyone, authenticated, owner, nobody', { access: 'all' as never }],
    ['an access is one of anyone, authenticated, owner, nobody', { access: null as never }],
  ])('refuses a declaration and names the channel: %s', (told, declared) => {
    const make = () => declare('chat:{room}', { access: 'anyone', ...declared })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(`channel "chat:{room}": ${told}`)
  })
})

function declare(
  pattern: string,
  declared: { readonly access: ChannelAccess } & Partial<DeclaredRight>,
) {
  return rightOf(compilePattern(pattern), { name: 'canPublish', ...declared })
}
