import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CloseCode, closeCodes, type ReconnectAdvice } from '../protocol/close-codes.ts'
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

/** The shortest delay where the token can be another one and none was refused. */
const delays = {
  never: null,
  backoff: 500,
  'slow-backoff': 5_000,
  'fresh-token': 500,
  'fresh-token-once': 500,
} as const satisfies Record<ReconnectAdvice, number | null>

describe('planReconnect', () => {
  it.each(Object.entries<CloseCode>(closeCodes))(
    'follows the advice of the row of %s',
    (_name, { code, reconnect }) => {
      expect(plan(code)).toBe(delays[reconnect])
    },
  )

  it.each(Object.entries<CloseCode>(closeCodes))(
    'has a use for another token only where the row of %s says so',
    (_name, { code, reconnect }) => {
      const once = { trial: { attempt: 2, tokenRefused: true } }
      expect(plan(code, once) === null).toBe(['never', 'fresh-token-once'].includes(reconnect))
      const isHopeless = reconnect === 'never' || reconnect.startsWith('fresh')
      expect(plan(code, { token: 'fixed' }) === null).toBe(isHopeless)
    },
  )

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
