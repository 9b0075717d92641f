import { minSecretBytes, weaknessOf } from '../../node/auth/jwt-secret.ts'
import type { ChannelOptions, Limits } from '../../node/index.ts'
import { compilePattern } from '../../protocol/index.ts'
import type { Place } from './place.ts'
import { checked, mapOf, object, oneOf, required, type Shape, text, wholeNumber } from './shape.ts'

/**
 * The config of `tidewire serve`, and the shape it is read with. Every key of
 * the types must be in the shape: a limit that is added to the engine and
 * forgotten here does not compile.
 */
export interface ServeConfig {
  /** How connections say who they are. Default: everybody is anonymous. */
  readonly auth?: ServeAuth
  /** The channels there are, by pattern. A name no pattern covers is `FORBIDDEN`. */
  readonly channels: ServedChannels
  /** What one connection may use; see `Limits` for defaults. */
  readonly limits?: Partial<Limits>
  /** The path of the WebSocket endpoint. Default `/ws`. */
  readonly path?: string
}

interface ServeAuth {
  /** `required`: nothing without a token · `optional` (the default): anonymous without one. */
  readonly mode?: 'required' | 'optional'
  /** Accepts JSON Web Tokens (HS256). Without it every token is refused. */
  readonly jwt?: { readonly secret: string }
}

/** What a config can say of a channel: all but its schema and its permissions, which are code. */
type ServedChannel = Omit<ChannelOptions, 'schema' | 'canSubscribe' | 'canPublish'>

export type ServedChannels = Readonly<Record<string, ServedChannel>>

const access = oneOf('anyone', 'authenticated', 'owner', 'nobody')

const secret = text(`text of ${minSecretBytes} bytes or more`, (value) => {
  const weakness = weaknessOf(value)
  return weakness === null ? null : `the secret ${weakness}`
})

const auth = checked(
  object<ServeAuth>({
    mode: oneOf('required', 'optional'),
    jwt: object<{ readonly secret: string }>({ secret: required(secret) }),
  }),
  ({ mode, jwt }, place) => {
    if (mode !== 'required' || jwt !== undefined) return
    place.at('jwt').refuse('expected with "mode": "required", or nobody could ever connect')
  },
)

const channel = checked(
  object<ServedChannel>({
    subscribe: access,
    publish: access,
    history: object<NonNullable<ServedChannel['history']>>({
      size: required(wholeNumber(1)),
      bytes: wholeNumber(1),
      ttlMs: wholeNumber(1),
    }),
    delivery: oneOf('every', 'latest', 'drop', 'disconnect'),
    conflateKey: text('the name of a property of the payload', (value) =>
      value === '' ? 'expected the name of a property of the payload, got an empty text' : null,
    ),
    slowGraceMs: wholeNumber(0),
    windowMs: wholeNumber(0),
    maxEvents: wholeNumber(1),
    maxDelayMs: wholeNumber(0),
  }),
  checkDelivery,
)

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

const channels = checked(
  mapOf(channel, 'an object of channels by pattern', patternProblem),
  checkOwners,
)

/** Reads a config that nobody has checked. */
export const serveConfigShape: Shape<ServeConfig> = object<ServeConfig>({
  auth,
  channels: required(channels),
  limits,
  path,
})

function checkDelivery({ delivery, history, conflateKey }: ServedChannel, place: Place): void {
  const readsHistory = delivery === 'every' || delivery === 'disconnect'
  if (readsHistory && history === undefined) {
    place.at('history').refuse(`expected with "delivery": "${delivery}", which reads on from it`)
  }
  if (conflateKey !== undefined && delivery !== 'latest') {
    place.at('conflateKey').refuse('expected only with "delivery": "latest"')
  }
}

function checkOwners(served: ServedChannels, place: Place): void {
  for (const [pattern, { subscribe, publish }] of Object.entries(served)) {
    if (pattern.includes('{userId}')) continue
    const problem = 'expected {userId} in the pattern with "owner"'
    if (subscribe === 'owner') place.at(pattern).at('subscribe').refuse(problem)
    if (publish === 'owner') place.at(pattern).at('publish').refuse(problem)
  }
}

function patternProblem(source: string): string | null {
  try {
    compilePattern(source)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
