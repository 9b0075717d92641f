import type { Reachability } from './reachability.ts'
import type { Witness } from './witness.ts'

/** One whole client of the crowd, as an application would use it, and what it has seen. */
export interface Member {
  /** Resolves when it is subscribed to everything for the first time. */
  readonly ready: Promise<void>
  /** Leaves, and does not come back. */
  readonly end: () => void
}

/** What a client is told, and whom it tells. */
export interface MemberOptions {
  readonly port: number
  /** Which of the crowd it is: its user's name. */
  readonly number: number
  /** The loopback address it comes from. */
  readonly localAddress: string
  readonly channels: readonly string[]
  readonly witness: Witness
  readonly reachability: Reachability
  /** It tries to connect. */
  readonly onDial: () => void
  /** It was told that events are lost, or that what it missed could not be recovered. */
  readonly onGap: () => void
}

/** Makes a client that connects at once, and comes back by itself. */
export type MakeMember = (options: MemberOptions) => Member
