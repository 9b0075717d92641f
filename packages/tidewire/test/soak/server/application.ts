import { type ChannelDeclarations, createApiKey, type TidewireOptions } from 'tidewire'
import * as hostile from '../../fuzz/hostile-application.ts'
import { door } from '../../fuzz/hostile-door.ts'

/**
 * The application under load: that of the fuzzer, which fails in every way it
 * can, and channels for those who behave. Rates and limits are the defaults;
 * only times are short, so that each runs out many times in a run.
 */
const channels = {
  ...hostile.channels,
  /** What clients publish and some of them count. */
  'counted:{name}': { subscribe: 'anyone', publish: 'authenticated', history: forAMinute(2_000) },
  'value:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    delivery: 'latest',
    conflateKey: 'key',
    history: { size: 50, ttlMs: 10_000 },
  },
  /** More than a reader that does not read can take. */
  bulk: { subscribe: 'anyone', history: { size: 60, ttlMs: 60_000 } },
  impatient: {
    subscribe: 'anyone',
    history: { size: 60, ttlMs: 60_000 },
    delivery: 'disconnect',
    slowGraceMs: 2_000,
  },
} as const satisfies ChannelDeclarations

const { token, secretHash } = createApiKey('soak')

/** What the load says who it is with, where it is a backend that may everything. */
export const apiToken = token

export const options = {
  channels,
  methods: hostile.methods,
  auth: door,
  limits: {
    authTimeoutMs: 2_000,
    callTimeoutMs: 1_000,
    permissionTimeoutMs: 500,
    heartbeatMs: 5_000,
  },
  compression: {},
  apiKeys: [
    {
      id: 'soak',
      secretHash,
      scopes: ['publish', 'read', 'connections', 'disconnect', 'metrics'],
    },
  ],
} as const satisfies TidewireOptions<typeof channels, typeof hostile.methods>

/** What a JWT is signed with here. */
export const jwtSecret = 'the fuzzer signs nothing with this secret'

function forAMinute(size: number) {
  return { size, ttlMs: 60_000 }
}
