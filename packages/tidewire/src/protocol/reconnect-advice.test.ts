import { describe, expect, it } from 'vitest'
import { type CloseCode, closeCodes } from './close-codes.ts'
import { reconnectAdvice } from './reconnect-advice.ts'

describe('reconnectAdvice', () => {
  it.each(Object.entries<CloseCode>(closeCodes))(
    'answers what the row of %s says',
    (_name, { code, reconnect }) => {
      expect(reconnectAdvice(code)).toBe(reconnect)
    },
  )

  it.each([1005, 1006, 1014, 3000, 4999])(
    'takes the unknown code %i for a lost connection',
    (code) => {
      expect(reconnectAdvice(code)).toBe('backoff')
    },
  )
})
