import type { DialectName } from './dialects/by-name.ts'

/** What the load process does for the runner. */
export type LoadCommands = {
  /** Opens connections and subscribes them; answers when all are ready. Adds to those there are. */
  readonly open: (plan: OpenPlan) => Promise<void>
  /** Counts what arrives for so long. */
  readonly measure: (options: { readonly ms: number }) => Promise<LoadReport>
  /** Waits until nothing has arrived for a while, or for so long at most. */
  readonly settle: (options: { readonly maxMs: number }) => Promise<void>
  /** Every connection sends a request, waits for its answer, and sends the next one, from now on. */
  readonly request: (argument: null) => void
}

/** Which connections to open. */
export interface OpenPlan {
  readonly port: number
  readonly dialect: DialectName
  /** The connections offer permessage-deflate, as a browser does. */
  readonly offersDeflate: boolean
  readonly connections: number
  /** How many channels there are in all, numbered from 0. */
  readonly channels: number
  /** How many of them each connection subscribes to. */
  readonly channelsEach: number
  /** One connection of so many looks at every event; 0 for none. */
  readonly sampleEvery: number
  /**
   * The connections subscribe and then read so many bytes a second each, 0 for
   * none; what they get is not counted. Default: they read all there is.
   */
  readonly bytesPerSecond?: number
}

/** What arrived while measuring. */
export interface LoadReport {
  readonly seconds: number
  /**
   * Events over all connections; answers for requests. In deflated frames as many
   * as sampled connections found in such a frame, on average.
   */
  readonly events: number
  readonly frames: number
  readonly bytes: number
  /** How often a socket had something: at most one per system call of the server. */
  readonly reads: number
  /** CPU time of the load process, in ms. */
  readonly cpuMs: number
  /** Connections the server ended. */
  readonly closed: number
  /** On sampled connections. */
  readonly found: number
  readonly countedBySampled: number
  readonly missed: number
  readonly disordered: number
  /** From due to received, in ms; null without samples. */
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
}
