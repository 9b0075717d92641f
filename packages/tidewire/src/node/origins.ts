import type { IncomingMessage } from 'node:http'
import type { TrustedProxies } from './client-address.ts'

/**
 * Which pages may open a connection. Browsers let every page open a WebSocket to
 * every host, with the cookies and passwords they have for it, and say in
 * `Origin` which page it was. What is no browser sends no `Origin`, or any: it is
 * let through without one, as it could not be kept out.
 */
export class Origins {
  readonly #allowed: ReadonlySet<string> | 'any' | 'same-host'
  readonly #proxies: TrustedProxies

  /** @throws TypeError for an entry that is no origin. */
  constructor({ allowed, proxies }: OriginsOptions) {
    this.#allowed = typeof allowed === 'string' ? allowed : new Set(allowed.map(listedOrigin))
    this.#proxies = proxies
  }

  /** Whether the page a request comes from may connect. */
  admits(request: IncomingMessage): boolean {
    const header = request.headers.origin
    if (header === undefined || this.#allowed === 'any') return true
    const origin = originIn(header)
    if (origin === null) return false
    return this.#allowed === 'same-host'
      ? isOfHost(origin, this.#proxies.requestedHost(request))
      : this.#allowed.has(textOf(origin))
  }
}

export interface OriginsOptions {
  readonly allowed: readonly string[] | 'any' | 'same-host'
  /** Whose word is taken for the host name a client asked for. */
  readonly proxies: TrustedProxies
}

const originShape = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\]+$/i

/** An origin and nothing more; null for anything else, also for the opaque one: `null`. */
function originIn(text: string): URL | null {
  return originShape.test(text) && URL.canParse(text) ? new URL(text) : null
}

// `URL.origin` is "null" for the schemes of apps, such as `capacitor:`.
function textOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`
}

function listedOrigin(entry: string): string {
  const origin = originIn(entry)
  if (origin !== null && !isOfNoPage(origin)) return textOf(origin)
  throw new TypeError(
    `origins: ${JSON.stringify(entry)} is no origin, which is a scheme, a host and perhaps a port`,
  )
}

// Compared as they stand, such entries would let nobody in.
function isOfNoPage({ protocol, host }: URL): boolean {
  return protocol === 'ws:' || protocol === 'wss:' || host.includes('*')
}

// Read with the scheme of the page, so that its default port is the same as none.
function isOfHost({ protocol, host }: URL, requested: string | null): boolean {
  return requested !== null && originIn(`${protocol}//${requested}`)?.host === host
}
