import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Origins } from '../origins.ts'

/**
 * What browsers are told about pages of other origins (Fetch, section 3.3): the
 * same origins as over WebSocket. Cookies go with the requests of those that are
 * listed, and never with those of just any page.
 */
export class Cors {
  readonly #options: CorsOptions

  constructor(options: CorsOptions) {
    this.#options = options
  }

  /** Puts on a response what its page may see of it. */
  allow(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers
    const { origins, isOpen } = this.#options
    response.appendHeader('Vary', 'Origin')
    if (origin === undefined || !origins.admits(request)) return
    response.setHeader('Access-Control-Allow-Origin', isOpen ? '*' : origin)
    if (!isOpen) response.setHeader('Access-Control-Allow-Credentials', 'true')
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After')
  }

  /** What a page may send, on the answer to its preflight. */
  allowRequest(response: ServerResponse, methods: string): void {
    response.setHeader('Access-Control-Allow-Methods', methods)
    response.setHeader('Access-Control-Allow-Headers', allowedHeaders)
    response.setHeader('Access-Control-Max-Age', '600')
  }
}

export interface CorsOptions {
  readonly origins: Pick<Origins, 'admits'>
  /** Whether any page at all may ask: then none of them with cookies. */
  readonly isOpen: boolean
}

const allowedHeaders = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Tidewire-Link'
