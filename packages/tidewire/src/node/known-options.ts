import type {
  ChannelDeclarations,
  ChannelOptions,
  HistoryOptions,
} from '../core/channel/options.ts'
import type { Limits } from '../core/connection/limits.ts'
import type { ApiKeyOptions } from './http/api-keys.ts'
import type { ApiOptions } from './http/api-options.ts'
import type {
  AdmissionOptions,
  AuthOptions,
  CompressionOptions,
  TidewireOptions,
} from './options.ts'

/**
 * The names of all options. The compiler does not look for slips in declarations
 * it takes its types from, and JavaScript not at all: a `canSubscibe` that nobody
 * asks would let everybody in.
 *
 * @throws TypeError for a name there is none of, with its place.
 */
export function assertKnownOptions(options: TidewireOptions<ChannelDeclarations>): void {
  const { auth, limits, admission, api, compression, apiKeys = [], channels } = options
  assertNames('', options, server)
  assertNames('auth.', auth, authNames)
  assertNames('limits.', limits, limitNames)
  assertNames('admission.', admission, admissionNames)
  assertNames('api.', api, apiNames)
  assertNames('compression.', compression, compressionNames)
  for (const key of apiKeys) assertNames('apiKeys: ', key, apiKeyNames)
  for (const [pattern, channel] of Object.entries(channels)) {
    const place = `channel ${JSON.stringify(pattern)}: `
    assertNames(place, channel, channelNames)
    assertNames(`${place}history.`, channel.history, historyNames)
  }
}

function assertNames<TOptions extends object>(
  place: string,
  given: TOptions | undefined,
  names: Names<TOptions>,
): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    const known = Object.keys(names).join(', ')
    throw new TypeError(`${place}${name} is no option; there are ${known}`)
  }
}

/** An option that is added to its type and forgotten here does not compile. */
type Names<TOptions> = Readonly<Record<keyof TOptions, true>>

const server: Names<TidewireOptions<ChannelDeclarations>> = {
  channels: true,
  methods: true,
  auth: true,
  origins: true,
  trustProxy: true,
  broker: true,
  limits: true,
  compression: true,
  dutyCycle: true,
  api: true,
  apiKeys: true,
  admission: true,
  tracing: true,
  logger: true,
}

const authNames: Names<AuthOptions> = {
  mode: true,
  verify: true,
  strategies: true,
  tokenFrom: true,
}

const limitNames: Names<Partial<Limits>> = {
  maxPayloadBytes: true,
  maxChannels: true,
  maxBufferedBytes: true,
  authTimeoutMs: true,
  callTimeoutMs: true,
  permissionTimeoutMs: true,
  heartbeatMs: true,
  framesPerSecond: true,
  frameBurst: true,
  bytesPerSecond: true,
  userFramesPerSecond: true,
  addressFramesPerSecond: true,
  maxConnections: true,
  maxConnectionsPerAddress: true,
  maxConnectionsPerUser: true,
}

const admissionNames: Names<AdmissionOptions> = {
  maxLoopDelayMs: true,
  maxWaiting: true,
  maxWaitMs: true,
}

const apiNames: Names<ApiOptions> = { path: true, userChannel: true, probes: true, metrics: true }
const compressionNames: Names<CompressionOptions> = { thresholdBytes: true }
const apiKeyNames: Names<ApiKeyOptions> = {
  id: true,
  secretHash: true,
  scopes: true,
  channels: true,
}

const channelNames: Names<ChannelOptions> = {
  schema: true,
  subscribe: true,
  publish: true,
  canSubscribe: true,
  canPublish: true,
  history: true,
  delivery: true,
  conflateKey: true,
  slowGraceMs: true,
  windowMs: true,
  maxEvents: true,
  maxDelayMs: true,
}

const historyNames: Names<HistoryOptions> = { size: true, bytes: true, ttlMs: true }
