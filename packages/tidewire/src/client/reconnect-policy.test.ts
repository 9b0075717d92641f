import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closeCodes } from '../protocol/close-codes.ts'
import { planReconnect, type ReconnectPolicy } from './reconnect-policy.ts'

const policy: ReconnectPolicy = { minDelayMs: 500, maxDelayMs: 30_000, token: () => 'fresh' }
const first = { attempt: 1, tokenRefused: false }

function plan(
  code: number,
  { reason = '', random = 0, trial = first, ...change }: PlanOptions = {},
): number | null {
  return planReconnect({ code, reason, random, ...trial }, { ...policy, ...change })
}

interface PlanOptions extends Partial<ReconnectPolicy> {
  readonly reason?: string
  readonly random?: number
  readonly trial?: typeof first
}

describe('planReconnect', () => {
  it.each([
    ['normal', null],
    ['goingAway', 500],
    ['badFraming', null],
    ['notText', null],
    ['badUtf8', null],
    ['tooLarge', null],
    ['internal', 500],
    ['restart', 500],
    ['overloaded', 500],
    ['authRequired', null],
    ['forbidden', 500],
    ['authTimeout', 500],
    ['tokenExpired', 500],
    ['disconnected', null],
    ['rateLimited', 5_000],
    ['tooSlow', 500],
    ['heartbeatTimeout', 500],
    ['tooManyConnections', 5_000],
  ] as const)('after %s the shortest delay is %s', (name, delayMs) => {
    expect(plan(closeCodes[name].code)).toBe(delayMs)
  })

  it('knows every close code', () => {
    expect(Object.keys(closeCodes)).toHaveLength(18)
  })

  it.each([1005, 1006, 1014, 3000, 4999])('takes %i for a lost connection', (code) => {
    expect(plan(code)).toBe(500)
  })

  it('gives up when a token is refused a second time', () => {
    expect(plan(4003, { trial: { attempt: 2, tokenRefused: true } })).toBeNull()
  })

  it.each([4003, 4005])('gives up after %i when the token cannot be another one', (code) => {
    expect(plan(code, { token: 'fixed' })).toBeNull()
    expect(plan(code, { token: undefined })).toBe(500)
  })

  it.each([
    ['{"retryAfterMs":7000}', 7_500],
    ['retryAfterMs=7000', 7_500],
    ['overloaded; retryAfterMs: 20', 520],
    ['overloaded, try again later', 500],
    ['{"retryAfterMs":"soon"}', 500],
    ['{"retryAfterMs":-5}', 500],
    ['', 500],
  ])('adds what the reason %j asks for', (reason, delayMs) => {
    expect(plan(1013, { reason })).toBe(delayMs)
  })

  it('waits no longer than three hours for any server', () => {
    expect(plan(1013, { reason: 'retryAfterMs=99999999999999999999' })).toBeLessThan(3 * 3_600_000)
  })

  it('draws slow delays from 5 s up, also where the longest is shorter', () => {
    expect(plan(4008, { random: 0.999_999 })).toBeGreaterThan(19_000)
    expect(plan(4012, { maxDelayMs: 1_000, random: 0.5 })).toBe(5_000)
  })

  it('keeps every delay within its range', () => {
    const code = fc.constantFrom(...Object.values(closeCodes).map((row) => row.code), 1006)
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(code, random, fc.integer({ min: 1, max: 2_000 }), (drawn, chance, attempt) => {
        const delayMs = plan(drawn, { random: chance, trial: { attempt, tokenRefused: false } })
        if (delayMs === null) return
        expect(delayMs).toBeGreaterThanOrEqual(500)
        expect(delayMs).toBeLessThanOrEqual(30_000)
      }),
    )
  })
})
