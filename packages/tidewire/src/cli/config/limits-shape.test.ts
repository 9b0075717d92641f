import { expect, it } from 'vitest'
import { problemsWith } from '../../../test/cli/read-shape.ts'

it.each([0, -1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, true, null, '128', '1e3'])(
  'a limit of %j is refused',
  (value) => {
    const shown = typeof value === 'string' ? JSON.stringify(value) : value
    expect(problemsWith({ limits: { maxChannels: value } })).toEqual([
      `limits.maxChannels: expected a whole number, 1 or more, got ${shown}`,
    ])
  },
)

it.each(['authTimeoutMs', 'callTimeoutMs', 'permissionTimeoutMs', 'heartbeatMs'])(
  '%s in seconds, in text or of days is refused',
  (name) => {
    for (const value of [25, 999, '25s', 86_400_000]) {
      expect(problemsWith({ limits: { [name]: value } })).toEqual([
        `limits.${name}: expected whole ms from 1000 to 3600000, got ${JSON.stringify(value)}`,
      ])
    }
  },
)

it.each<[string, object, string]>([
  [
    'a name that is close',
    { maxConnection: 5 },
    'limits.maxConnection: unknown key, expected maxPayloadBytes, maxChannels, maxBufferedBytes, authTimeoutMs, callTimeoutMs, permissionTimeoutMs, heartbeatMs, framesPerSecond, frameBurst, bytesPerSecond, userFramesPerSecond, addressFramesPerSecond, maxConnections, maxConnectionsPerAddress or maxConnectionsPerUser (did you mean "maxConnections"?)',
  ],
  [
    'a payload in kilobytes',
    { maxPayloadBytes: 64 },
    'limits.maxPayloadBytes: expected a whole number from 512 to 67108864, got 64',
  ],
  [
    'a payload that fills the memory',
    { maxPayloadBytes: 1e12 },
    'limits.maxPayloadBytes: expected a whole number from 512 to 67108864, got 1000000000000',
  ],
  [
    'less that may wait than one event has',
    { maxPayloadBytes: 65_536, maxBufferedBytes: 1_024 },
    'limits.maxBufferedBytes: expected maxPayloadBytes (65536) or more, or nobody could be given such an event',
  ],
])('%s is refused', (_, limits, problem) => {
  expect(problemsWith({ limits })).toEqual([problem])
})
