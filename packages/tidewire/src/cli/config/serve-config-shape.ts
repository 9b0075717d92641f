import { createTidewire, type Limits } from '../../node/index.ts'
import { tidewireOptions } from '../tidewire-options.ts'
import { authShape } from './auth-shape.ts'
import { brokerProblem } from './broker-url.ts'
import { channelsShape } from './channels-shape.ts'
import type { ServeConfig, ServedApi, ServedApiKey, ServedDrain } from './serve-config.ts'
import {
  acceptedBy,
  boolean,
  listOf,
  object,
  oneOf,
  required,
  type Shape,
  text,
  wholeNumber,
} from './shape.ts'
import { tlsShape } from './tls-shape.ts'

/**
 * The shape a config is read with. Every key of the types must be in it: a limit
 * that is added to the engine and forgotten here does not compile. What only the
 * engine can judge is given to it, as an application would.
 */
const limits = object<Partial<Limits>>({
  maxPayloadBytes: wholeNumber(1),
  maxChannels: wholeNumber(1),
  maxBufferedBytes: wholeNumber(1),
  authTimeoutMs: wholeNumber(1),
  callTimeoutMs: wholeNumber(1),
  permissionTimeoutMs: wholeNumber(1),
  heartbeatMs: wholeNumber(1),
  framesPerSecond: wholeNumber(1),
  frameBurst: wholeNumber(1),
  bytesPerSecond: wholeNumber(1),
  userFramesPerSecond: wholeNumber(1),
  addressFramesPerSecond: wholeNumber(1),
  maxConnections: wholeNumber(1),
  maxConnectionsPerAddress: wholeNumber(1),
  maxConnectionsPerUser: wholeNumber(1),
})

// Compared with request targets as text, which are printable ASCII; a query is
// not part of the comparison.
const path = text('a path such as "/ws"', (value) =>
  /^\/[!-~]*$/.test(value) && !/[?#]/.test(value)
    ? null
    : 'expected a path such as "/ws": it begins with "/" and has no space, "?" or "#"',
)

// An empty one would listen on every address.
const host = text('an address such as "127.0.0.1"', (value) =>
  /^[\w.:%-]+$/.test(value) ? null : 'expected an address such as "127.0.0.1"',
)

// An hour: whoever waits for longer waits for a signal that kills.
const maxDrainMs = 3_600_000

const anyText = text('text', () => null)
const list = listOf(anyText)

const origin = text('an origin such as "https://app.example"', (value) => {
  if (value === 'any' || value === '*') return 'for pages of any origin say "origins": "any"'
  try {
    createTidewire({ channels: {}, origins: [value] })
    return null
  } catch {
    return 'expected an origin such as "https://app.example": with its scheme, without a path'
  }
})

const origins: Shape<'any' | readonly string[]> = {
  expected: '"any" or a list of origins',
  read(value, place) {
    if (value === 'any') return value
    if (typeof value !== 'string') return listOf(origin).read(value, place)
    return place.refuse('expected "any" or a list of origins, got a string')
  },
}

const trustProxy = acceptedBy(list, (given) => createTidewire({ channels: {}, trustProxy: given }))

const secretHash = text('a hash in hex', (value) =>
  /^[\da-f]{64}$/i.test(value)
    ? null
    : 'expected the SHA-256 of a secret, 64 hex digits; make a key with: tidewire token --api-key',
)

const apiKeys = acceptedBy(
  listOf(
    object<ServedApiKey>({
      id: required(anyText),
      secretHash: required(secretHash),
      scopes: required(listOf(oneOf('publish', 'read', 'connections', 'disconnect', 'metrics'))),
      channels: list,
    }),
  ),
  (given) => createTidewire({ channels: {}, apiKeys: given }),
)

/** Reads a config that nobody has checked. */
export const serveConfigShape: Shape<ServeConfig> = acceptedBy(
  object<ServeConfig>({
    host,
    port: wholeNumber(0, 65_535),
    path,
    tls: tlsShape,
    auth: authShape,
    channels: required(channelsShape),
    limits,
    origins,
    trustProxy,
    api: object<ServedApi>({
      path: anyText,
      userChannel: anyText,
      probes: boolean,
      metrics: oneOf('keys', 'anybody'),
    }),
    apiKeys,
    compression: object<NonNullable<ServeConfig['compression']>>({
      thresholdBytes: wholeNumber(0),
    }),
    dutyCycle: wholeNumber(0, 1_000),
    admission: object<NonNullable<ServeConfig['admission']>>({
      maxLoopDelayMs: wholeNumber(1),
      maxWaiting: wholeNumber(0),
      maxWaitMs: wholeNumber(1),
    }),
    drain: object<ServedDrain>({
      overMs: wholeNumber(0, maxDrainMs),
      graceMs: wholeNumber(0, maxDrainMs),
    }),
    broker: text('a URL such as "redis://host:6379"', brokerProblem),
    logLevel: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  }),
  (config) => createTidewire(tidewireOptions(config)),
)
