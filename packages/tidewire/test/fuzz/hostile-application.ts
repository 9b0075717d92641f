import { createHash } from 'node:crypto'
import { setTimeout as later } from 'node:timers/promises'
import { type ChannelDeclarations, type Identity, method, type TidewireOptions } from 'tidewire'

/**
 * An application that goes wrong in every way it can: the fuzzer's server is
 * made of it. What a client asks for decides which way.
 */
export const channels = {
  'room:{name}': { subscribe: 'anyone', publish: 'anyone' },
  'log:{name}': { subscribe: 'anyone', publish: 'anyone', history: shortHistory() },
  'short:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 3, ttlMs: 1_000 } },
  'user:{userId}': { subscribe: 'owner', publish: 'owner' },
  'broken:{how}': { subscribe: 'anyone', publish: 'anyone', schema: failingSchema() },
  'may:{how}': {
    subscribe: 'anyone',
    publish: 'anyone',
    canSubscribe: ({ params }) => allowing(params['how']),
    canPublish: ({ params }) => allowing(params['how']),
  },
  secret: { subscribe: 'nobody' },
  /** What the witness reads, and nobody else writes. */
  witness: { subscribe: 'anyone', history: { size: 1_000, ttlMs: 60_000 } },
} as const satisfies ChannelDeclarations

export const methods = {
  echo: method({ access: 'anyone', handle: (input: unknown) => input }),
  throws: method({ access: 'anyone', handle: () => failing('throws') }),
  rejects: method({ access: 'anyone', handle: () => failing('rejects') }),
  never: method({ access: 'anyone', handle: () => failing('never') }),
  circle: method({ access: 'anyone', handle: makeCircle }),
}

/** The token of a backend that may all there is, but for what the witness reads. */
export const apiToken = `twk_fuzz_${'k'.repeat(43)}`

/** What servers know of it. */
export const apiKeys = [
  {
    id: 'fuzz',
    secretHash: createHash('sha256').update('k'.repeat(43)).digest('hex'),
    scopes: ['publish', 'read', 'connections', 'disconnect', 'metrics'],
    channels: Object.keys(channels).filter((pattern) => pattern !== 'witness'),
  },
] as const

/** Believes `user <name>`, for a second what begins with `soon`, and fails as it is told to. */
export async function verify(token: string): Promise<Identity | null> {
  const [how = '', userId = ''] = token.split(' ')
  if (how === 'user') return { userId }
  if (how === 'soon') return { userId, expiresAt: Date.now() + 1_000 }
  if (how === 'past') return { userId, expiresAt: Date.now() - 1_000 }
  await later(1)
  return failures.has(how) ? failing(how) : null
}

const failures: ReadonlySet<string> = new Set(['throws', 'rejects', 'never'])

/** What the servers of the fuzzer have in common: short times, so that each runs out now and then. */
export const options = {
  channels,
  methods,
  limits: { authTimeoutMs: 300, callTimeoutMs: 300, heartbeatMs: 1_000 },
} as const satisfies TidewireOptions<typeof channels, typeof methods>

function failingSchema() {
  const validate = (payload: unknown) =>
    payload === 'fine' ? { value: payload } : failing(String(payload))
  return { '~standard': { version: 1, vendor: 'fuzz', validate } } as const
}

/** Rates nobody comes near: where they are, most of what the fuzzer sends would be refused unread. */
export const withoutRates = {
  framesPerSecond: 1_000_000,
  frameBurst: 1_000_000,
  bytesPerSecond: 1_000_000_000,
  addressFramesPerSecond: 1_000_000,
  userFramesPerSecond: 1_000_000,
} as const

function allowing(how: string | undefined): boolean | Promise<boolean> {
  return how !== undefined && failures.has(how) ? failing(how) : how === 'all'
}

function failing(how: string): never | Promise<never> {
  if (how === 'never') return new Promise(() => undefined)
  if (how === 'rejects') return Promise.reject(new Error('the application rejects'))
  throw new Error('the application throws')
}

function shortHistory() {
  return { size: 100, bytes: 256 * 1_024, ttlMs: 1_000 }
}

function makeCircle(): unknown {
  const circle: { self?: unknown } = {}
  circle.self = circle
  return circle
}
