import { describe, expect, it } from 'vitest'
import { startClient } from '../../test/support/client-rig.ts'

const numbers = [
  'connectTimeoutMs',
  'heartbeatMs',
  'maxDelayMs',
  'maxQueued',
  'minDelayMs',
  'publishTimeoutMs',
  'requestTimeoutMs',
] as const

describe('client options', () => {
  it.each(numbers.flatMap((name) => [0, -1, Number.NaN, 2 ** 31].map((n) => [name, n] as const)))(
    'refuses %s: %d',
    (name, number) => {
      expect(() => startClient({ [name]: number })).toThrow(TypeError)
      expect(() => startClient({ [name]: number })).toThrow(name)
    },
  )

  it.each(numbers)('takes %s as left out when it is undefined', (name) => {
    expect(startClient({ [name]: undefined }).client.state.kind).toBe('connecting')
  })
})
