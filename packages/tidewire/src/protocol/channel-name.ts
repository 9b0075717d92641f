import { protocolLimits } from './limits.ts'

/**
 * What a channel may be called: 1 to 255 of `A–Z a–z 0–9 _ - . ~ @ = + , ! / :`.
 *
 * Plain ASCII on purpose: no two names look alike, none needs escaping in a
 * URL path, a broker's subject or a log line.
 */
const nameShape = /^[A-Za-z0-9_\-.~@=+,!/:]+$/

/** Whether untrusted input is a channel name. `..` as a path segment is refused, too. */
export function isChannelName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= protocolLimits.maxChannelBytes &&
    nameShape.test(value) &&
    !dotSegment.test(value)
  )
}

// A channel name becomes part of a URL path (P-070), and every HTTP client
// folds `/../` away before it sends it: such a name could be subscribed to
// over WebSocket and never be reached over HTTP.
const dotSegment = /(^|\/)\.\.?(\/|$)/
