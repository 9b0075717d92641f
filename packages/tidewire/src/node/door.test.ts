import { describe, expect, it } from 'vitest'
import { authSurroundings } from '../../test/support/auth-surroundings.ts'
import { type BareRequestOptions, bareRequest } from '../../test/support/bare-request.ts'
import { AdmissionQueue } from '../core/admission/admission-queue.ts'
import { type Counters, createCounters } from '../core/counters.ts'
import { ConnectionQuota } from '../core/limits/connection-quota.ts'
import { SharedBudgets } from '../core/limits/shared-budgets.ts'
import type { Accepted, AuthOutcome } from '../core/ports/auth.ts'
import type { Logger } from '../core/ports/logger.ts'
import type { AuthStrategy } from './auth/auth-strategy.ts'
import { authenticatorsFrom } from './auth/authenticators.ts'
import { TrustedProxies } from './client-address.ts'
import { Door } from './door.ts'
import { Origins } from './origins.ts'
import { Room } from './room.ts'

const ada: Accepted = { kind: 'accepted', identity: { userId: 'ada' } }

describe('who brings a credential', () => {
  it('that is right comes in, as who it is', async () => {
    expect(await admitted(ada)).toEqual({
      kind: 'admitted',
      remoteAddress: '192.0.2.7',
      accepted: ada,
    })
  })

  it.each([
    ['that is wrong gets 403', { kind: 'refused' }, 403],
    ['that could not be looked at gets 503', new Error('down'), 503],
  ] as const)('%s, whether it needs one or not', async (_, outcome, status) => {
    for (const needsIdentity of [true, false]) {
      expect(await admitted(outcome, { needsIdentity })).toMatchObject({
        kind: 'refused',
        refusal: { status },
      })
    }
  })
})

describe('who brings none', () => {
  it('comes in as nobody in particular', async () => {
    expect(await admitted({ kind: 'absent' })).toEqual({
      kind: 'admitted',
      remoteAddress: '192.0.2.7',
    })
  })

  it('comes in within the same turn where there is nothing to look at', () => {
    expect(doorWith([]).admit(bareRequest(), false)).toMatchObject({ kind: 'admitted' })
  })

  it('gets 401 where one is needed, with every challenge', async () => {
    const strategies: AuthStrategy[] = [
      { name: 'a', challenge: 'Basic realm="a"' },
      { name: 'b' },
      { name: 'c', challenge: 'Custom' },
    ]
    expect(await doorWith(strategies).admit(bareRequest(), true)).toMatchObject({
      refusal: { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="a", Custom' } },
    })
    expect(await doorWith([]).admit(bareRequest(), true)).not.toHaveProperty('refusal.headers')
  })
})

it('looks at the page a request comes from first, and at a credential only then', async () => {
  const asked: unknown[] = []
  const verifyRequest = (...given: unknown[]) => {
    asked.push(given)
    return ada
  }
  const door = doorWith([{ name: 'curious', verifyRequest }], { allowed: [] })
  const request = bareRequest({ headers: { origin: 'https://evil.example' } })
  expect(await door.admit(request, false)).toMatchObject({ refusal: { status: 403 } })
  expect(asked).toEqual([])
})

it('tells the operator which origin was refused', async () => {
  const { lines, context } = authSurroundings()
  const door = doorWith([], { allowed: [], logger: context.logger })
  await door.admit(bareRequest({ headers: { origin: 'https://evil.example' } }), false)
  expect(lines).toEqual([expect.stringMatching(/^debug .*another origin.*evil\.example/s)])
})

it.each([
  ['whose page is of another origin', 'origin', { allowed: [] }],
  ['for whom there is no time', 'busy', { maxWaiting: 0, delayMs: 200 }],
] as const)('counts who is refused %s', async (_, reason, surroundings) => {
  const counters = createCounters()
  const none = { ...counters.refusedConnections }
  const request = bareRequest({ headers: { origin: 'https://evil.example' } })
  const door = doorWith([], { ...surroundings, counters })
  expect(await door.admit(request, false)).toMatchObject({ kind: 'refused' })
  expect(counters.refusedConnections).toEqual({ ...none, [reason]: 1 })
})

it('says where a client is as its trusted proxy says it', async () => {
  const request = { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.7' } }
  expect(await admitted(ada, { request })).toMatchObject({ remoteAddress: '198.51.100.7' })
})

interface Circumstances {
  readonly needsIdentity?: boolean
  readonly request?: BareRequestOptions
}

function admitted(
  outcome: AuthOutcome | Error,
  { needsIdentity = false, request = { remoteAddress: '192.0.2.7' } }: Circumstances = {},
) {
  const verifyRequest = async () => {
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  return doorWith([{ name: 'only', verifyRequest }]).admit(bareRequest(request), needsIdentity)
}

interface DoorSurroundings {
  readonly allowed?: readonly string[] | 'any'
  readonly counters?: Counters
  readonly maxWaiting?: number
  /** How late the event loop is. */
  readonly delayMs?: number
  readonly logger?: Logger
}

function doorWith(
  strategies: readonly AuthStrategy[],
  {
    allowed = 'any',
    counters = createCounters(),
    maxWaiting = 10,
    delayMs = 0,
    logger = authSurroundings().context.logger,
  }: DoorSurroundings = {},
): Door {
  const { clock } = authSurroundings().context
  const proxies = new TrustedProxies(['10.0.0.0/8'])
  return new Door({
    counters,
    logger,
    authenticator: authenticatorsFrom({ strategies }, { clock, logger, timeoutMs: 10_000 }).requests
      .authenticator,
    origins: new Origins({ allowed, proxies }),
    proxies,
    queue: new AdmissionQueue(clock, {
      loopDelay: { delayMs },
      maxLoopDelayMs: 100,
      maxWaiting,
      maxWaitMs: 10_000,
      perTurn: 10,
    }),
    room: new Room({
      quota: new ConnectionQuota({ maxConnections: 10, maxConnectionsPerAddress: 10 }),
      users: new SharedBudgets({ perSecond: 1, burst: 1 }, 10),
      counters,
      clock,
      logger,
    }),
  })
}
