import type { IncomingMessage } from 'node:http'

/**
 * Where a token may come from, besides the `auth` frame: `header`
 * (`Authorization: Bearer`), `subprotocol` (`bearer.<token>`, for browsers, which
 * cannot set headers; never echoed) · `query` (`?token=`; off unless listed, as
 * it ends up in the logs of proxies).
 */
export type TokenCarrier = 'header' | 'subprotocol' | 'message' | 'query'

export const defaultTokenCarriers: readonly TokenCarrier[] = ['header', 'subprotocol', 'message']

/** The token a request carries, looked for in the places that are allowed; null when there is none. */
export function tokenIn(
  request: IncomingMessage,
  carriers: ReadonlySet<TokenCarrier>,
): string | null {
  return (
    (carriers.has('header') ? tokenInHeader(request.headers.authorization) : null) ??
    (carriers.has('subprotocol')
      ? tokenInOffer(request.headers['sec-websocket-protocol'])
      : null) ??
    (carriers.has('query') ? tokenInQuery(request.url) : null)
  )
}

function tokenInHeader(authorization: string | undefined): string | null {
  return authorization?.match(/^bearer +(\S+) *$/i)?.[1] ?? null
}

function tokenInOffer(subprotocols: string | undefined): string | null {
  const offered = subprotocols?.split(',').map((name) => name.trim())
  const credential = offered?.find((name) => name.startsWith(subprotocolPrefix))
  return credential?.slice(subprotocolPrefix.length) || null
}

const subprotocolPrefix = 'bearer.'

// The target is what a stranger types: only what follows its `?` is looked at,
// and `URLSearchParams` takes anything.
function tokenInQuery(target: string | undefined): string | null {
  const query = target?.split('#')[0]?.split('?').slice(1).join('?')
  return query === undefined ? null : new URLSearchParams(query).get('token') || null
}
