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
  return { code: closeCodeOf(status), reason: `the handshake was refused with ${status}${delay}` }
}

function closeCodeOf(status: number | undefined): number {
  switch (status) {
    case 401:
      return 4001
    case 403:
      return 4003
    case 429:
      return 4012
    case 503:
      return 1013
    default:
      return 1006
  }
}
