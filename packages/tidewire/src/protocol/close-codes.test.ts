import { describe, expect, it } from 'vitest'
import { type CloseCode, closeCodes } from './close-codes.ts'
import { protocolLimits } from './limits.ts'

const rows = Object.entries<CloseCode>(closeCodes)

describe('closeCodes', () => {
  it('gives every row a code of its own', () => {
    const codes = rows.map(([, { code }]) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it.each(rows)('%s has a code an endpoint may send and a reason that fits', (_name, row) => {
    expect(row.code === 1000 || (row.code >= 1001 && row.code <= 4999)).toBe(true)
    // RFC 6455, 7.4.1: these stand for what no close frame carries.
    expect([1004, 1005, 1006, 1015]).not.toContain(row.code)
    expect(Buffer.byteLength(row.reason)).toBeLessThanOrEqual(protocolLimits.maxReasonBytes)
    expect(row.reason).not.toBe('')
  })

  it('is the table of PROTOCOL.md', () => {
    const advice = Object.fromEntries(rows.map(([, { code, reconnect }]) => [code, reconnect]))
    expect(advice).toEqual({
      1000: 'never',
      1001: 'backoff',
      1002: 'never',
      1003: 'never',
      1007: 'never',
      1009: 'never',
      1011: 'backoff',
      1012: 'backoff',
      1013: 'backoff',
      4001: 'never',
      4003: 'fresh-token-once',
      4004: 'backoff',
      4005: 'fresh-token',
      4006: 'never',
      4008: 'slow-backoff',
      4009: 'backoff',
      4010: 'backoff',
      4012: 'slow-backoff',
    })
  })
})
