/**
 * How the load generator speaks to one kind of server. A dialect is data and
 * pure functions; it holds no connection.
 */
export interface Dialect {
  /** Client frames are text frames; else binary. */
  readonly isText: boolean

  /** The path of the endpoint. */
  path(channels: readonly string[]): string

  /**
   * The dialogue from the upgrade until every channel is subscribed. Yields what
   * to send, or null; is resumed with each frame of the server; returns when ready.
   */
  greet(channels: readonly string[]): Greeting

  /** How many bytes of a payload `countEvents` looks at. */
  readonly prefixBytes: number

  /**
   * How many events the frame carries whose payload begins at `at`. A fraction
   * where a server cuts its stream anywhere.
   */
  countEvents(bytes: Buffer, at: number, length: number): number

  /** A request that is answered with one frame; without one the server takes no publishes. */
  readonly request?: string
}

export type Greeting = Generator<string | null, void, string>
