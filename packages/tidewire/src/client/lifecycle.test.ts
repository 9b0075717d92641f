import { describe, expect, it } from 'vitest'
import type { ClientState } from './client-state.ts'
import { initialLifecycle, type Lifecycle, type LifecycleEvent, next } from './lifecycle.ts'

const states = {
  connecting: { kind: 'connecting', attempt: 1 },
  authenticating: { kind: 'authenticating', attempt: 1, connectionId: 'c-1' },
  online: { kind: 'online', connectionId: 'c-1', userId: 'ada' },
  waiting: { kind: 'waiting', attempt: 2, retryAt: 2_000, closeCode: 1006 },
  closed: { kind: 'closed', code: 4006, reason: 'kicked' },
} as const satisfies Record<ClientState['kind'], ClientState>

const events = {
  dial: { type: 'dial' },
  connectedDone: { type: 'connected', connectionId: 'c-2', userId: 'bob', auth: 'done' },
  connectedOptional: { type: 'connected', connectionId: 'c-2', userId: null, auth: 'optional' },
  connectedRequired: { type: 'connected', connectionId: 'c-2', userId: null, auth: 'required' },
  authenticated: { type: 'auth_ack', userId: 'ada' },
  lost: { type: 'lost', code: 1006, reason: '' },
  lostForGood: { type: 'lost', code: 4006, reason: 'kicked' },
  disposed: { type: 'lost', code: 1000, reason: 'disposed' },
} as const satisfies Record<string, LifecycleEvent>

const policy = { minDelayMs: 500, maxDelayMs: 30_000, token: 'secret' }
const moment = { now: 10_000, random: 0, policy }

const disposed = { kind: 'closed', code: 1000, reason: 'disposed' } as const
const kicked = { kind: 'closed', code: 4006, reason: 'kicked' } as const
const authenticating = { kind: 'authenticating', attempt: 1, connectionId: 'c-2' } as const
const secondAttempt = { kind: 'waiting', attempt: 2, retryAt: 10_500, closeCode: 1006 } as const

/** What each event leads to; where nothing is written, the state stays what it is. */
const table: Record<keyof typeof states, Partial<Record<keyof typeof events, ClientState>>> = {
  connecting: {
    connectedDone: { kind: 'online', connectionId: 'c-2', userId: 'bob' },
    connectedOptional: authenticating,
    connectedRequired: authenticating,
    lost: secondAttempt,
    lostForGood: kicked,
    disposed,
  },
  authenticating: {
    authenticated: { kind: 'online', connectionId: 'c-1', userId: 'ada' },
    lost: secondAttempt,
    lostForGood: kicked,
    disposed,
  },
  online: { lost: secondAttempt, lostForGood: kicked, disposed },
  waiting: {
    dial: { kind: 'connecting', attempt: 1 },
    lost: secondAttempt,
    lostForGood: kicked,
    disposed,
  },
  closed: {},
}

function at(state: ClientState, known: Partial<Lifecycle> = {}): Lifecycle {
  return { ...initialLifecycle, onlineAt: 9_000, ...known, state }
}

describe('next', () => {
  for (const [name, state] of Object.entries(states)) {
    for (const [eventName, event] of Object.entries(events)) {
      // Both are keys of the table: it is made of the same two records.
      const expected = table[name as keyof typeof states][eventName as keyof typeof events]
      it(`${name} + ${eventName} → ${expected?.kind ?? 'unchanged'}`, () => {
        const before = at(state)
        const after = next(before, event, moment)
        if (expected === undefined) expect(after).toBe(before)
        else expect(after.state).toEqual(expected)
      })
    }
  }

  it('goes online without a token where the server does not insist', () => {
    const anonymous = { ...moment, policy: { ...policy, token: undefined } }
    const after = next(at(states.connecting), events.connectedOptional, anonymous)
    expect(after.state).toEqual({ kind: 'online', connectionId: 'c-2', userId: null })
  })

  it('closes at once where a token is required and there is none', () => {
    const anonymous = { ...moment, policy: { ...policy, token: undefined } }
    const after = next(at(states.connecting), events.connectedRequired, anonymous)
    expect(after.state).toEqual({ kind: 'closed', code: 4001, reason: 'a token is required' })
  })

  it('counts attempts on while connections break early', () => {
    const after = next(at(states.online, { attempt: 3, onlineAt: 1 }), events.lost, {
      ...moment,
      now: 10_000,
    })
    expect(after).toMatchObject({ attempt: 4, state: { attempt: 4 } })
  })

  it('counts attempts from 1 again after 10 s online', () => {
    const after = next(at(states.online, { attempt: 3, onlineAt: 0 }), events.lost, moment)
    expect(after).toMatchObject({ attempt: 1, state: { attempt: 1, retryAt: 10_500 } })
  })

  it('remembers a refused token until a connection was healthy', () => {
    const provided = { ...moment, policy: { ...policy, token: () => 'fresh' } }
    const refusal = { type: 'lost', code: 4003, reason: '' } as const
    const once = next(at(states.authenticating), refusal, provided)
    expect(once).toMatchObject({ tokenRefused: true, state: { kind: 'waiting' } })
    const interrupted = next(at(states.connecting, once), events.lost, provided)
    const twice = next(at(states.authenticating, interrupted), refusal, provided)
    expect(twice.state).toMatchObject({ kind: 'closed', code: 4003 })
    const healthy = next(at(states.online, { ...once, onlineAt: 0 }), events.lost, provided)
    expect(healthy.tokenRefused).toBe(false)
  })
})
