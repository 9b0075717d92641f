/**
 * What the broker uses of `ioredis`, so that nothing of it is imported here: the
 * application brings its client, and its options say where Redis is (one server,
 * or Sentinels with a `name`).
 */
export interface RedisClient {
  readonly isCluster?: boolean
  /** `db` is the number of the database; 0 when it names none. */
  readonly options: { readonly db?: number | undefined }
  /** Another connection to the same place. */
  duplicate(overrides: RedisConnectionOptions): RedisConnection
}

/** One connection of the broker's own. It comes back by itself until it is disconnected. */
export interface RedisConnection {
  connect(): Promise<unknown>
  disconnect(reconnect?: boolean): void
  call(command: string, args: string[]): Promise<unknown>
  subscribe(...channels: string[]): Promise<unknown>
  unsubscribe(...channels: string[]): Promise<unknown>
  ping(): Promise<unknown>
  on(event: 'ready' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
}

/** What a connection of the broker has another way than the application's. */
export interface RedisConnectionOptions {
  readonly connectionName: string
  readonly connectTimeout: number
  readonly socketTimeout: number
  readonly lazyConnect: boolean
  readonly enableOfflineQueue: boolean
  readonly autoResendUnfulfilledCommands: boolean
  readonly autoResubscribe: boolean
  readonly maxRetriesPerRequest: number
  readonly keyPrefix: string
  readonly enableAutoPipelining: boolean
  readonly retryStrategy: (attempts: number) => number
  readonly reconnectOnError: (error: Error) => boolean
}

/** Opens a connection for the broker; `name` is how `CLIENT LIST` shows it. */
export function duplicateOf(client: RedisClient, name: string, timeoutMs: number): RedisConnection {
  return client.duplicate({
    connectionName: name,
    connectTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    lazyConnect: true,
    // Waiting has an end here, and what was sent is never sent twice: without
    // its answer nobody knows whether it was done.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // Between a new connection and its subscriptions events pass by unseen: the
    // broker has to know when that is over.
    autoResubscribe: false,
    // The names of keys are the broker's own.
    keyPrefix: '',
    enableAutoPipelining: false,
    retryStrategy: (attempts) => Math.min(maxRetryMs, 20 * 2 ** Math.min(attempts, 10)),
    // What was the primary is a replica now.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
  })
}

const maxRetryMs = 1_000
