/**
 * What a client does about a handshake that was refused before it was a
 * WebSocket (P-004): the same as about the close code that says the same.
 *
 * Only where the status can be seen; a browser keeps it from the page.
 */

/** How a link that never came to be is told to have closed. */
export interface HandshakeRefusal {
  readonly code: number
  readonly reason: string
}

/**
 * Translates a refusal.
 *
 * @param status of HTTP; one that says nothing about this client is a lost connection (1006)
 * @param retryAfter the header of that name; only seconds count, a date is left out
 */
export function handshakeRefusal(
  status: number | undefined,
  retryAfter: string | undefined,
): HandshakeRefusal {
  const seconds = /^\s*(\d{1,4})\s*$/.exec(retryAfter ?? '')?.[1]
  const delay = seconds === undefined ? '' : `; retryAfterMs=${Number(seconds) * 1_000}`
  return { code: closeCodes.get(status) ?? 1006, reason: `refused with ${status}${delay}` }
}

const closeCodes: ReadonlyMap<number | undefined, number> = new Map([
  [401, 4001],
  [403, 4003],
  [429, 4012],
  [503, 1013],
])
