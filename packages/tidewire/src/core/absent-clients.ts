import type { Clock } from './ports/clock.ts'
import type { TransportName } from './ports/link.ts'

/**
 * Clients that are between two of their requests (P-074). Nothing of them is
 * open, and they have not gone: where nobody else takes them, they are back in a
 * moment.
 *
 * Knows how long one of them may still come back, and not who they are.
 */
export class AbsentClients {
  readonly #clock: Clock
  #untilMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  onEnd({ connectionId, linkId, transport }: Absentee): void {
    const isOneOfSeveral = linkId !== connectionId
    // A stream stays until its client has another.
    if (isOneOfSeveral && transport !== 'sse') this.#untilMs = this.#clock.elapsedMs() + returnMs
  }

  /** How long the last of them may take; 0 when there is none. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - this.#clock.elapsedMs())
  }
}

/** What is asked of a connection that has ended. */
export interface Absentee {
  readonly connectionId: string
  /** Its own id, unless a client says that several requests are one link. */
  readonly linkId: string
  readonly transport: TransportName
}

/** How long a client takes from one answer to its next request, at most; ms. */
export const returnMs = 1_000
