import type { Link, LinkHandler } from '../../core/ports/link.ts'

/** A link, its other end, and what a contract case has to do to the world around both. Made new for every case. */
export interface LinkUnderTest extends AsyncDisposable {
  readonly link: Link
  readonly peer: LinkPeer

  /** Lets what is on its way arrive, as far as it does without time passing: a turn of the event loop. */
  turn(): Promise<void>

  /** Moves the clock that the transport's own timers run on. */
  passTime(ms: number): Promise<void>
}

/** The other end of a link: a client, seen from the wire. */
export interface LinkPeer {
  /** The wire messages it has read so far, as text. */
  readonly received: readonly string[]
  /** How the link ended for it; null while it is open. */
  readonly closed: { readonly code: number; readonly reason: string } | null
  /** Sends one text message. */
  send(text: string): void
  /** Reads nothing more until `drain`. */
  stall(): void
  /** Reads what has waited, and goes on reading. */
  drain(): void
  /** Ends the link as a client does that has had enough: code 1000. */
  close(): void
}

/** Opens a link of a transport whose events go to `handler`. */
export type MakeLink = (handler: LinkHandler) => Promise<LinkUnderTest>
