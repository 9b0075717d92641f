/**
 * A running syslog listener.
 */

/** Where to listen. */
export interface ListenOptions {
  /** Address or name. `::` means every address of both families. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
}

/** Where a listener listens, and how to end it. */
export interface Receiver {
  readonly address: string
  readonly port: number
  /** Stops listening and ends what is connected. */
  close(): Promise<void>
}
