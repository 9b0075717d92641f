import { describe, expect, it } from 'vitest'
import { errorCodes } from './error-codes.ts'

describe('errorCodes', () => {
  it('is the list of P-050, each with a sentence of its own', () => {
    expect(Object.keys(errorCodes)).toEqual([
      ...['MISSING_TYPE', 'UNKNOWN_TYPE', 'INVALID_FRAME', 'INVALID_CHANNEL', 'INVALID_PAYLOAD'],
      ...['INVALID_TOKEN', 'NOT_AUTHENTICATED', 'FORBIDDEN', 'NOT_SUBSCRIBED'],
      ...['ALREADY_SUBSCRIBED', 'TOO_MANY_CHANNELS', 'RATE_LIMITED', 'UNKNOWN_METHOD'],
      ...['HANDLER_FAILED', 'BROKER_UNAVAILABLE', 'NO_HISTORY', 'INTERNAL'],
    ])
    const sentences = Object.values(errorCodes)
    expect(new Set(sentences).size).toBe(sentences.length)
  })
})
