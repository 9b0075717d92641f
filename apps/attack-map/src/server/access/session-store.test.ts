import { Cookie, type SessionData } from 'express-session'
import { afterEach, describe, expect, it } from 'vitest'
import { SessionStore } from './session-store.ts'

let store: SessionStore
afterEach(() => store.close())

function openStore(limits = {}) {
  const clock = { now: 0 }
  const ended: string[] = []
  store = new SessionStore({ now: () => clock.now, lifetimeMs: 1000, ...limits })
  // As Tidewire does it.
  const destroy = store.destroy.bind(store)
  store.destroy = (sessionId, callback) => {
    ended.push(sessionId)
    destroy(sessionId, callback)
  }
  return { clock, ended }
}

function keep(sessionId: string, userName: string): void {
  store.set(sessionId, { cookie: new Cookie(), userName })
}

function userOf(sessionId: string): string | null | undefined {
  let found: SessionData | null | undefined
  store.get(sessionId, (_error, session) => {
    found = session
  })
  return found === null ? null : found?.userName
}

describe('SessionStore', () => {
  it('keeps a session until it is destroyed', () => {
    openStore()
    keep('a', 'ada')
    expect(userOf('a')).toBe('ada')
    store.destroy('a')
    store.destroy('a')
    expect(userOf('a')).toBeNull()
  })

  it('ends a session at its time, whatever was done with it meanwhile', () => {
    const { clock, ended } = openStore()
    keep('a', 'ada')
    clock.now = 999
    keep('a', 'ada')
    expect(userOf('a')).toBe('ada')
    clock.now = 1000
    expect(userOf('a')).toBeNull()
    expect(ended).toEqual(['a'])
  })

  it('ends what nobody asks about, too', () => {
    const { clock, ended } = openStore()
    keep('a', 'ada')
    clock.now = 500
    keep('b', 'bob')
    clock.now = 1200
    store.prune()
    expect(ended).toEqual(['a'])
    expect(store.size).toBe(1)
  })

  it('ends the oldest when there are too many', () => {
    const { ended } = openStore({ maxSessions: 2 })
    for (const id of ['a', 'b', 'c']) keep(id, 'ada')
    expect(ended).toEqual(['a'])
    expect(userOf('c')).toBe('ada')
  })

  it('ends all sessions of a user and of nobody else', () => {
    const { ended } = openStore()
    keep('a', 'ada')
    keep('b', 'bob')
    keep('c', 'ada')
    store.endAllOf('ada')
    expect(ended).toEqual(['a', 'c'])
    expect(userOf('b')).toBe('bob')
  })
})
