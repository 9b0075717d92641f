import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { onDestroyed, readSession, type SessionStore } from './session-store.ts'

describe('a session that is destroyed', () => {
  it('is heard of before whoever destroyed it goes on', async () => {
    const store = new session.MemoryStore()
    const heard = listening(store)
    await new Promise<void>((resolve) => {
      store.destroy('a', () => {
        expect(heard).toEqual(['a'])
        resolve()
      })
    })
  })

  it('is heard of without a callback', () => {
    const store = new session.MemoryStore()
    const heard = listening(store)
    store.destroy('a')
    expect(heard).toEqual(['a'])
  })

  it('is heard of when it gets another id: regenerated', async () => {
    const middleware = session({ secret: 'x', resave: false, saveUninitialized: false })
    const request = { url: '/', originalUrl: '/', headers: {}, socket: {}, connection: {} }
    const run = middleware as unknown as (...args: unknown[]) => void
    await new Promise<void>((resolve) => {
      run(request, {}, resolve)
    })
    // What the middleware has added.
    const { sessionID, session: found, sessionStore } = request as unknown as SessionRequest
    const heard = listening(sessionStore)
    await new Promise((resolve) => {
      found.regenerate(resolve)
    })
    expect(heard).toEqual([sessionID])
  })

  it('is heard of with all others when the store is cleared', () => {
    const store = new session.MemoryStore()
    const heard = listening(store)
    store.clear()
    expect(heard).toEqual([null])
  })

  it('is heard of by all who listen, as often as they do', () => {
    const store = new session.MemoryStore()
    const heard: unknown[] = []
    const listener = (id: string | null) => heard.push(id)
    const stops = [onDestroyed(store, listener)]
    const { destroy } = store
    stops.push(onDestroyed(store, listener))
    store.destroy('a')
    stops[0]?.()
    store.destroy('b')
    stops[1]?.()
    store.destroy('c')
    expect(heard).toEqual(['a', 'a', 'b'])
    // Listened in on once, not once for each.
    expect(store.destroy).toBe(destroy)
  })

  it('is not heard of when it could not be', () => {
    const failure = new Error('the store is down')
    const store = storeThat({ destroy: (_id, callback) => callback?.(failure) })
    const heard = listening(store)
    const told: unknown[] = []
    store.destroy('a', (error) => told.push(error))
    expect(heard).toEqual([])
    expect(told).toEqual([failure])
  })

  it('is heard of when a promise of it is kept, and its failure is left to who has it', async () => {
    const failure = new Error('the store is down')
    const store = storeThat({
      destroy: (id) => (id === 'a' ? Promise.resolve('done') : Promise.reject(failure)),
    })
    const heard = listening(store)
    expect(await store.destroy('a')).toBe('done')
    await expect(store.destroy('b')).rejects.toBe(failure)
    expect(heard).toEqual(['a'])
  })
})

describe('a session that is read', () => {
  it('is what the store has, or null', async () => {
    const store = new session.MemoryStore()
    store.set('a', { cookie: { originalMaxAge: null }, userId: 'ada' } as never)
    expect(await readSession(store, 'a')).toMatchObject({ userId: 'ada' })
    expect(await readSession(store, 'b')).toBeNull()
  })

  it.each([undefined, null, 'text', 7])('is null for %j', async (found) => {
    const store = storeThat({ get: (_id, callback) => callback(null, found) })
    expect(await readSession(store, 'a')).toBeNull()
  })

  it('is null where a file is not there', async () => {
    const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' })
    expect(await readSession(storeThat({ get: (_id, done) => done(missing) }), 'a')).toBeNull()
  })

  it('rejects with what the store fails with, however it does', async () => {
    const failure = new Error('the store is down')
    const tells = storeThat({ get: (_id, callback) => callback(failure) })
    await expect(readSession(tells, 'a')).rejects.toBe(failure)
    const throws = storeThat({
      get() {
        throw failure
      },
    })
    await expect(readSession(throws, 'a')).rejects.toBe(failure)
  })
})

interface SessionRequest {
  readonly sessionID: string
  readonly session: { regenerate(callback: (error: unknown) => void): void }
  readonly sessionStore: SessionStore
}

function listening(store: SessionStore): readonly (string | null)[] {
  const heard: (string | null)[] = []
  onDestroyed(store, (id) => heard.push(id))
  return heard
}

function storeThat(does: Partial<SessionStore>): SessionStore {
  return { get: () => undefined, destroy: () => undefined, ...does }
}
