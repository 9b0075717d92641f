/**
 * What the receivers hand over, and to whom.
 */

/** How a line came in. */
export type SourceKind = 'udp' | 'tcp' | 'demo'

/** Where a line came from. */
export interface LineSource {
  readonly kind: SourceKind
  /** The sender's address, without its port. */
  readonly sender: string
}

/** One syslog line, decoded and not yet read. */
export interface ReceivedLine {
  readonly source: LineSource
  readonly text: string
  /** In ms since the epoch, by this server's clock. */
  readonly at: number
}

/** Takes every line a receiver gets, and every one it has to throw away. */
export interface LineSink {
  accept(line: ReceivedLine): void
  /** A line that exceeded a limit and was not kept. */
  drop(source: LineSource, at: number): void
}
