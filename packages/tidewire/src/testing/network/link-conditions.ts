/**
 * What a link of the in-memory network is like: fixed when it opens, but for
 * what a fault changes.
 */
export interface LinkConditions {
  /** One way, in ms. Default 0: what is sent arrives in the same moment, but never within the call. */
  readonly latencyMs: number
  /** At most so much comes on top, drawn for each message; links overtake each other, messages of one never do. Default 0. */
  readonly jitterMs: number
  /** How fast the client reads; 0 not at all. Default Infinity. */
  readonly bytesPerSecond: number
  /** How many unsent bytes make the server's end congested. Default 32 KiB. */
  readonly congestedBytes: number
  /** How long a peer that does not answer a close may hold it up, in ms. Default 3,000. */
  readonly goodbyeMs: number
  /** When a server notices that nothing comes from a link any more, in ms. Default 50,000. */
  readonly deadAfterMs: number
  /** The link breaks after so many bytes to the client. Default never. */
  readonly breakAfterBytes: number
}

export const quietConditions: LinkConditions = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  congestedBytes: 32 * 1024,
  goodbyeMs: 3_000,
  deadAfterMs: 50_000,
  breakAfterBytes: Number.POSITIVE_INFINITY,
}

/** Who learns at once that a link was cut; others find out by the silence. */
export type CutNotice = 'both' | 'client' | 'server' | 'nobody'

/** What becomes of a dial. */
export type DialOutcome =
  | {
      readonly kind: 'open'
      readonly conditions: Partial<LinkConditions>
      /** The server sees a second connection, which nobody reads and which says nothing. Default false. */
      readonly isDoubled?: boolean
    }
  /** The client is told 1006. */
  | { readonly kind: 'refused' }
  /** Nobody answers, ever. */
  | { readonly kind: 'unanswered' }
