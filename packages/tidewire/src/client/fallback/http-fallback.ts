import type { Dial } from '../dial.ts'
import type { Environment } from '../environment.ts'
import { fallbackDial } from './fallback-dial.ts'
import { FallbackMemory, type FallbackStorage } from './fallback-memory.ts'
import { fetchPost } from './fetch-post.ts'
import { HttpLink } from './http-link.ts'
import type { Post } from './post.ts'

/** Options of `httpFallback`. Times are in ms. */
export interface HttpFallbackOptions {
  /**
   * Where the server takes frames over plain HTTP (P-074): a path of the server
   * that `connect` is given, or an `http(s)` URL. Default `/api/frames`.
   */
  readonly path?: string | undefined

  /**
   * Whether cookies go to a server of another origin, too. Default `same-origin`;
   * with `include` that server has to list this page's origin.
   */
  readonly credentials?: 'same-origin' | 'include' | undefined

  /**
   * How long each way has until the server is heard. Default 3,000; beyond it
   * the next one is tried. All of them together have the client's
   * `connectTimeoutMs`.
   */
  readonly openTimeoutMs?: number | undefined

  /**
   * How long what has worked is taken at once. Default 600,000, 10 minutes; then
   * a WebSocket is tried again, while what is open stays until that one has taken
   * over.
   */
  readonly rememberMs?: number | undefined

  /** Which ways there are beside a WebSocket, in this order. Default both: `sse`, `long-poll`. */
  readonly ways?: readonly HttpWay[] | undefined

  /**
   * Where it is kept which way has worked, such as the page's `sessionStorage`: its
   * next page then does not wait for what is known to fail. Default: this client
   * only.
   */
  readonly storage?: FallbackStorage | undefined

  /** Opens WebSockets. Default: the platform's. */
  readonly webSocket?: Dial | undefined

  /** Sends requests. Default: the platform's `fetch`. */
  readonly post?: Post | undefined
}

/** A stream of server-sent events, or one request after the other. */
export type HttpWay = 'sse' | 'long-poll'

/** Makes a `Dial` that falls back to plain HTTP; the entry files say in which environment. */
export function httpFallbackIn(environment: Environment, options: HttpFallbackOptions): Dial {
  const { clock, random } = environment
  const { path = '/api/frames', credentials = 'same-origin', ways = ['sse', 'long-poll'] } = options
  const { openTimeoutMs = 3_000, rememberMs = 600_000, post = fetchPost(credentials) } = options
  const httpDial =
    (way: HttpWay): Dial =>
    (url, protocols, handlers) =>
      new HttpLink(
        {
          post,
          clock,
          url: httpUrl(url, path),
          headers: { ...bearerIn(protocols), 'Tidewire-Link': secretBy(random) },
          isStream: way === 'sse',
        },
        handlers,
      )
  return fallbackDial({
    ways: [options.webSocket ?? environment.dial, ...ways.map(httpDial)],
    clock,
    memory: new FallbackMemory(options.storage),
    openTimeoutMs,
    rememberMs,
  })
}

function httpUrl(url: string, path: string): string {
  const base = new URL(url)
  const target = new URL(path, base)
  target.search ||= base.search
  return target.href.replace(/^ws/, 'http')
}

/** What a WebSocket would say by its subprotocols (P-010). */
function bearerIn(protocols: readonly string[]): Readonly<Record<string, string>> {
  const token = protocols.find((name) => name.startsWith('bearer.'))?.slice(7)
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}

/** 128 bits that nobody else knows. */
function secretBy(random: () => number): string {
  return [1, 2, 3, 4].map(() => random().toString(36).padEnd(9, '0').slice(2, 9)).join('')
}
