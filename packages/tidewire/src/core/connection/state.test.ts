import { describe, expect, it } from 'vitest'
import type { AuthFrame } from '../../protocol/frames.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import {
  type ConnectionEvent,
  type ConnectionState,
  identityIn,
  nextConnectionState,
  type Transition,
} from './state.ts'

const ada = { userId: 'ada' }
const bob = { userId: 'bob', expiresAt: 7 }
const adaAgain = { userId: 'ada', expiresAt: 7 }
const first: AuthFrame = { type: 'auth', token: 'first' }
const second: AuthFrame = { type: 'auth', token: 'second' }
const command: ParsedFrame = { ok: true, frame: { type: 'heartbeat' } }
const wrong: ParsedFrame = { ok: false, error: { code: 'UNKNOWN_TYPE', message: 'no' } }

const states = {
  'awaiting-token': { kind: 'awaiting-token' },
  'verifying first': { kind: 'verifying', current: null, token: first },
  'verifying renewal': { kind: 'verifying', current: ada, token: first },
  anonymous: { kind: 'anonymous' },
  authenticated: { kind: 'authenticated', identity: ada },
  closed: { kind: 'closed' },
} as const satisfies Record<string, ConnectionState>

const events = {
  'auth frame': { kind: 'frame', parsed: { ok: true, frame: second } },
  command: { kind: 'frame', parsed: command },
  'bad frame': { kind: 'frame', parsed: wrong },
  accepted: { kind: 'verified', token: first, outcome: { kind: 'accepted', identity: adaAgain } },
  'accepted as another': {
    kind: 'verified',
    token: first,
    outcome: { kind: 'accepted', identity: bob },
  },
  refused: { kind: 'verified', token: first, outcome: { kind: 'refused' } },
  absent: { kind: 'verified', token: first, outcome: { kind: 'absent' } },
  'accepted too late': {
    kind: 'verified',
    token: second,
    outcome: { kind: 'accepted', identity: ada },
  },
  'auth timeout': { kind: 'auth-timeout' },
  'token expired': { kind: 'token-expired' },
  revoked: { kind: 'revoked' },
  ended: { kind: 'ended' },
} as const satisfies Record<string, ConnectionEvent>

type StateName = keyof typeof states
type EventName = keyof typeof events

const isBob: Transition = {
  state: { kind: 'authenticated', identity: bob },
  effects: [{ kind: 'welcome', accepted: { kind: 'accepted', identity: bob }, token: first }],
}
const isRenewed: Transition = {
  state: { kind: 'authenticated', identity: adaAgain },
  effects: [{ kind: 'welcome', accepted: { kind: 'accepted', identity: adaAgain }, token: first }],
}
const isStillAda: Transition = {
  state: { kind: 'authenticated', identity: ada },
  effects: [{ kind: 'refuse-renewal', token: first }],
}
const isOver: Transition = { state: { kind: 'closed' }, effects: [] }

/** What follows where something does; every other event leaves a state as it is. */
const table: Record<StateName, Partial<Record<EventName, Transition>>> = {
  'awaiting-token': {
    'auth frame': verify(null),
    command: closes('authRequired'),
    'bad frame': closes('authRequired'),
    'auth timeout': closes('authTimeout'),
    revoked: closes('disconnected'),
    ended: isOver,
  },
  'verifying first': {
    'auth frame': holds('verifying first', { ok: true, frame: second }),
    command: holds('verifying first', command),
    'bad frame': holds('verifying first', wrong),
    accepted: isRenewed,
    'accepted as another': isBob,
    refused: closes('forbidden'),
    absent: closes('forbidden'),
    'auth timeout': closes('authTimeout'),
    'token expired': closes('tokenExpired'),
    revoked: closes('disconnected'),
    ended: isOver,
  },
  'verifying renewal': {
    'auth frame': holds('verifying renewal', { ok: true, frame: second }),
    command: holds('verifying renewal', command),
    'bad frame': holds('verifying renewal', wrong),
    accepted: isRenewed,
    'accepted as another': isStillAda,
    refused: isStillAda,
    absent: isStillAda,
    'auth timeout': isStillAda,
    'token expired': closes('tokenExpired'),
    revoked: closes('disconnected'),
    ended: isOver,
  },
  anonymous: {
    'auth frame': verify(null),
    command: handles('anonymous', command),
    'bad frame': handles('anonymous', wrong),
    'token expired': closes('tokenExpired'),
    revoked: closes('disconnected'),
    ended: isOver,
  },
  authenticated: {
    'auth frame': verify(ada),
    command: handles('authenticated', command),
    'bad frame': handles('authenticated', wrong),
    'token expired': closes('tokenExpired'),
    revoked: closes('disconnected'),
    ended: isOver,
  },
  closed: {},
}

describe('nextConnectionState', () => {
  // The names come from the tables above.
  const cells = Object.keys(states).flatMap((state) =>
    Object.keys(events).map((event) => [state as StateName, event as EventName] as const),
  )

  it.each(cells)('answers in the state "%s" to "%s"', (state, event) => {
    const expected = table[state][event] ?? { state: states[state], effects: [] }
    expect(nextConnectionState(states[state], events[event])).toEqual(expected)
  })
})

describe('identityIn', () => {
  it.each([
    ['awaiting-token', null],
    ['verifying first', null],
    ['verifying renewal', ada],
    ['anonymous', null],
    ['authenticated', ada],
    ['closed', null],
  ] as const)('knows who is on a connection in the state "%s"', (state, identity) => {
    expect(identityIn(states[state])).toEqual(identity)
  })
})

function verify(current: typeof ada | null): Transition {
  return {
    state: { kind: 'verifying', current, token: second },
    effects: [{ kind: 'verify', token: second }],
  }
}

function handles(state: StateName, parsed: ParsedFrame): Transition {
  return { state: states[state], effects: [{ kind: 'handle', parsed }] }
}

function holds(state: StateName, parsed: ParsedFrame): Transition {
  return { state: states[state], effects: [{ kind: 'hold', parsed }] }
}

function closes(
  as: 'disconnected' | 'authRequired' | 'authTimeout' | 'forbidden' | 'tokenExpired',
): Transition {
  return { state: { kind: 'closed' }, effects: [{ kind: 'close', as }] }
}
