import { describe, expect, it } from 'vitest'
import { type AuthSurroundings, authSurroundings } from '../../../test/support/auth-surroundings.ts'
import { bareRequest } from '../../../test/support/bare-request.ts'
import { Authenticator } from '../../core/connection/authenticator.ts'
import type { AuthOutcome } from '../../core/ports/auth.ts'
import type { AuthStrategy, RequestStrategy } from './auth-strategy.ts'
import { RequestAuthenticator } from './request-authenticator.ts'
import { defaultTokenCarriers } from './token-carriers.ts'

const ada: AuthOutcome = { kind: 'accepted', identity: { userId: 'ada' } }
const grace: AuthOutcome = { kind: 'accepted', identity: { userId: 'grace' } }
const absent: AuthOutcome = { kind: 'absent' }
const refused: AuthOutcome = { kind: 'refused' }
const withToken = bareRequest({ headers: { authorization: 'Bearer the-token-itself' } })
const timeoutMs = 10_000

describe('the strategies', () => {
  it('are asked in their order, until one is not silent', async () => {
    const asked: string[] = []
    const strategies = [
      looking('first', absent, asked),
      looking('second', ada, asked),
      looking('third', grace, asked),
    ]
    expect(await verify(strategies)).toBe(ada)
    expect(asked).toEqual(['first', 'second'])
  })

  it('refuse for all that follow', async () => {
    expect(await verify([looking('first', refused), looking('second', ada)])).toBe(refused)
  })

  it('that look at tokens come after all that look at requests', async () => {
    const asked: string[] = []
    const strategies = [knowing('token', grace, asked), looking('request', ada, asked)]
    expect(await verify(strategies, withToken)).toBe(ada)
    expect(asked).toEqual(['request'])
    const silent = [knowing('token', grace, asked), looking('request', absent, asked)]
    expect(await verify(silent, withToken)).toBe(grace)
  })

  it('that are all silent about a token refuse it: it is of no kind that is known', async () => {
    expect(await verify([knowing('token', absent)], withToken)).toMatchObject(refused)
    expect(await verify([], withToken)).toMatchObject(refused)
  })

  it('are all silent: absent, in this very turn when there are none', async () => {
    expect(await verify([looking('request', absent)])).toEqual(absent)
    expect(verify([knowing('token', ada)])).toEqual(absent)
  })

  it('tell where the request comes from, and the clock and the logger', async () => {
    const { context } = authSurroundings()
    const seen: unknown[] = []
    const verifyRequest = (...parameters: readonly unknown[]) => {
      seen.push(...parameters)
      return ada
    }
    const request = bareRequest()
    await verify([{ name: 'curious', verifyRequest }], request)
    expect(seen[0]).toBe(request)
    expect(seen[1]).toMatchObject({ remoteAddress: context.remoteAddress })
    expect(Object.keys(Object(seen[1]))).toEqual(expect.arrayContaining(['clock', 'logger']))
  })

  it('challenge in their order, where they do', () => {
    const strategies = [
      { name: 'a', challenge: 'Basic realm="a"' },
      { name: 'b' },
      { name: 'c', challenge: 'Custom' },
    ]
    expect(authenticator(strategies).challenges).toEqual(['Basic realm="a"', 'Custom'])
  })
})

describe('a strategy that fails', () => {
  const failure = () => new Error('the database says no to the-token-itself')

  it.each<[string, RequestStrategy['verifyRequest']]>([
    [
      'throws',
      () => {
        throw failure()
      },
    ],
    ['rejects', () => Promise.reject(failure())],
    ['rejects with nothing', () => Promise.reject()],
    ['answers nothing', () => undefined as never],
    ['accepts nobody', () => ({ kind: 'accepted', identity: { userId: '' } })],
    ['accepts a number', () => ({ kind: 'accepted', identity: { userId: 7 as never } })],
    [
      'accepts for no time',
      () => ({ kind: 'accepted', identity: { userId: 'a', expiresAt: NaN } }),
    ],
  ])('as it %s lets nobody in, and the next is not asked', async (_, verifyRequest) => {
    const asked: string[] = []
    const surroundings = authSurroundings()
    const strategies = [{ name: 'broken', verifyRequest }, looking('next', ada, asked)]
    expect(await verify(strategies, withToken, surroundings)).toEqual({ kind: 'failed' })
    expect(asked).toEqual([])
    expect(surroundings.lines.join()).toContain("strategy: 'broken'")
    expect(surroundings.lines.join()).not.toContain('the-token-itself')
  })

  it('in time: it has so long and no longer', async () => {
    const surroundings = authSurroundings()
    const verifyRequest = () => new Promise<never>(() => undefined)
    const verdict = verify([{ name: 'slow', verifyRequest }], bareRequest(), surroundings)
    let settled: unknown = null
    void Promise.resolve(verdict).then((it) => {
      settled = it
    })
    await surroundings.clock.advance(timeoutMs - 1)
    expect(settled).toBeNull()
    await surroundings.clock.advance(1)
    expect(settled).toEqual({ kind: 'failed' })
    expect(surroundings.lines.join()).toContain("strategy: 'slow'")
    expect(surroundings.clock.pendingTimers).toBe(0)
  })

  it('about a token, by an error or in time, lets nobody in', async () => {
    const throwing: AuthStrategy = { name: 'broken', verifyToken: () => Promise.reject(failure()) }
    const surroundings = authSurroundings()
    expect(await verify([throwing], withToken, surroundings)).toEqual({ kind: 'failed' })
    expect(surroundings.lines.join()).not.toContain('the-token-itself')
    const slow: AuthStrategy = { name: 'slow', verifyToken: () => new Promise(() => undefined) }
    const verdict = verify([slow], withToken, surroundings)
    await surroundings.clock.advance(timeoutMs)
    expect(await verdict).toEqual({ kind: 'failed' })
  })
})

function looking(name: string, outcome: AuthOutcome, asked: string[] = []): AuthStrategy {
  return {
    name,
    verifyRequest() {
      asked.push(name)
      return outcome
    },
  }
}

function knowing(name: string, outcome: AuthOutcome, asked: string[] = []): AuthStrategy {
  return {
    name,
    async verifyToken() {
      asked.push(name)
      return outcome
    },
  }
}

function verify(
  strategies: readonly AuthStrategy[],
  request = bareRequest(),
  surroundings: AuthSurroundings = authSurroundings(),
) {
  const { remoteAddress } = surroundings.context
  return authenticator(strategies, surroundings).verify(request, { remoteAddress })
}

function authenticator(
  strategies: readonly AuthStrategy[],
  { context }: AuthSurroundings = authSurroundings(),
): RequestAuthenticator {
  const { clock, logger } = context
  const known = strategies.flatMap(({ name, verifyToken }) =>
    verifyToken === undefined ? [] : [{ name, verifyToken }],
  )
  return new RequestAuthenticator({
    strategies,
    tokens: new Authenticator({ need: 'optional', strategies: known, logger }),
    tokenFrom: new Set(defaultTokenCarriers),
    clock,
    timeoutMs,
    logger,
  })
}
