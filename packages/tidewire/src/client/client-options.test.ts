import { describe, expect, it } from 'vitest'
import { startClient } from '../../test/support/client-rig.ts'

const times = [
  'connectTimeoutMs',
  'heartbeatMs',
  'maxDelayMs',
  'minDelayMs',
  'requestTimeoutMs',
] as const

describe('client options', () => {
  it.each(times.flatMap((name) => [0, -1, Number.NaN, 2 ** 31].map((ms) => [name, ms] as const)))(
    'refuses %s: %d',
    (name, ms) => {
      expect(() => startClient({ [name]: ms })).toThrow(TypeError)
      expect(() => startClient({ [name]: ms })).toThrow(name)
    },
  )

  it.each(times)('takes %s as left out when it is undefined', (name) => {
    expect(startClient({ [name]: undefined }).client.state.kind).toBe('connecting')
  })
})
