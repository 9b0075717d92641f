import { createTidewire } from '../../node/index.ts'
import { tidewireOptions } from '../tidewire-options.ts'
import { hostShape, originsShape, pathShape, trustProxyShape } from './address-shapes.ts'
import { apiKeysShape } from './api-keys-shape.ts'
import { authShape } from './auth-shape.ts'
import { brokerProblem } from './broker-url.ts'
import { channelsShape } from './channels-shape.ts'
import { limitsShape } from './limits-shape.ts'
import type { ServeConfig, ServedApi, ServedDrain } from './serve-config.ts'
import {
  acceptedBy,
  boolean,
  milliseconds,
  object,
  oneOf,
  required,
  type Shape,
  text,
  wholeNumber,
} from './shape.ts'
import { tlsShape } from './tls-shape.ts'

// An hour: whoever waits for longer waits for a signal that kills.
const hour = 3_600_000

const anyText = text('text', () => null)

/**
 * Reads a config that nobody has checked. A key that is added to the types and
 * forgotten here does not compile. What only the engine can judge is given to it, as
 * an application would.
 */
export const serveConfigShape: Shape<ServeConfig> = acceptedBy(
  object<ServeConfig>({
    host: hostShape,
    port: wholeNumber(0, 65_535),
    path: pathShape,
    handOver: boolean,
    tls: tlsShape,
    auth: authShape,
    channels: required(channelsShape),
    limits: limitsShape,
    origins: originsShape,
    trustProxy: trustProxyShape,
    api: object<ServedApi>({
      path: anyText,
      userChannel: anyText,
      probes: boolean,
      metrics: oneOf('keys', 'anybody'),
    }),
    apiKeys: apiKeysShape,
    compression: object<NonNullable<ServeConfig['compression']>>({
      thresholdBytes: wholeNumber(0, 64 * 1024 * 1024),
    }),
    dutyCycle: wholeNumber(0, 1_000),
    admission: object<NonNullable<ServeConfig['admission']>>({
      maxLoopDelayMs: milliseconds(10, 60_000),
      maxWaiting: wholeNumber(0),
      maxWaitMs: milliseconds(1, hour),
    }),
    drain: object<ServedDrain>({
      overMs: milliseconds(0, hour),
      graceMs: milliseconds(0, hour),
    }),
    broker: text('a URL such as "redis://host:6379"', brokerProblem),
    logLevel: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  }),
  (config) => createTidewire(tidewireOptions(config)),
)
