import type { Uncaught } from './watched-process.ts'

/** What the fuzzer asks of the process under attack, and what that tells. */
export type Question =
  /** Collect the garbage and say what is left. */
  | { readonly ask: 'state' }
  /** The longest stall since this was asked last. */
  | { readonly ask: 'stall' }
  /** Publish no more; the answer is the last number that was published. */
  | { readonly ask: 'quiet' }

export type Told =
  | { readonly told: 'listening'; readonly port: number }
  | { readonly told: 'state'; readonly state: ServerState }
  | { readonly told: 'stall'; readonly ms: number }
  | { readonly told: 'quiet'; readonly last: number }
  /** The event loop was held up, just now. */
  | { readonly told: 'stalled'; readonly ms: number }
  /** Something nobody caught; the process ends. */
  | Uncaught

export interface ServerState {
  /** Heap and buffers after the garbage is gone. */
  readonly heldBytes: number
  /** Tidewire's. */
  readonly connections: number
  /** TCP's, whatever they are for. */
  readonly sockets: number
  readonly stalls: StallFigures
}

/** Times the event loop was held up, in ms. */
interface StallFigures {
  readonly samples: number
  readonly p99: number
  readonly p9999: number
  readonly max: number
}
