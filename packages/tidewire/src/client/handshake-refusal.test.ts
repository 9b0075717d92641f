import { describe, expect, it } from 'vitest'
import { handshakeRefusal } from './handshake-refusal.ts'
import { planReconnect } from './reconnect-policy.ts'

const policy = { minDelayMs: 500, maxDelayMs: 30_000, token: undefined }

function delayAfter(status: number | undefined, retryAfter?: string): number | null {
  const trial = { attempt: 1, tokenRefused: false, random: 0 }
  return planReconnect({ ...handshakeRefusal(status, retryAfter), ...trial }, policy)
}

describe('P-004 a handshake that was refused', () => {
  it.each([
    [401, 4001],
    [403, 4003],
    [429, 4012],
    [503, 1013],
    [200, 1006],
    [302, 1006],
    [400, 1006],
    [404, 1006],
    [500, 1006],
    [undefined, 1006],
  ])('with %s is a close with %i', (status, code) => {
    expect(handshakeRefusal(status, undefined).code).toBe(code)
  })

  it.each([
    [401, undefined, null],
    [403, undefined, 500],
    [429, '7', 12_000],
    [503, '7', 7_500],
    [503, ' 0 ', 500],
    [502, '3', 3_500],
    [503, '-1', 500],
    [503, '1.5', 500],
    [503, '99999999', 500],
    [503, 'Sat, 21 Nov 2026 06:00:00 GMT', 500],
    [503, '', 500],
  ])('with %s and Retry-After %j is tried again in %s ms', (status, retryAfter, delayMs) => {
    expect(delayAfter(status, retryAfter)).toBe(delayMs)
  })
})
