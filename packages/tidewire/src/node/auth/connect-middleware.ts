import { type IncomingMessage, ServerResponse } from 'node:http'

/**
 * Middleware as Connect and Express know it, such as what `session()` of
 * express-session makes.
 *
 * Taken from a method, so that middleware typed for the requests of a framework,
 * which are `IncomingMessage`s with more to them, fits as well.
 */
export type ConnectMiddleware = {
  run(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): unknown
}['run']

/**
 * Runs middleware on a request that it shall look at and not answer: an upgrade.
 * Its response goes nowhere, so no cookie is set, and middleware that saves what
 * it has when a response ends saves nothing.
 *
 * The answer is whether it called `next`; false when it ended the response
 * instead. Rejects with what it gave to `next`, threw, or rejected with.
 */
export function runMiddleware(
  middleware: ConnectMiddleware,
  request: IncomingMessage,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const response = new UnsentResponse(request, () => resolve(false))
    const next = (error?: unknown) => (error ? reject(error) : resolve(true))
    // Also middleware that is an async function may fail.
    Promise.resolve(middleware(request, response, next)).catch(reject)
  })
}

/** A response without a socket: what it is told goes nowhere, also its end. */
class UnsentResponse extends ServerResponse {
  readonly #onEnd: () => void

  constructor(request: IncomingMessage, onEnd: () => void) {
    super(request)
    this.#onEnd = onEnd
  }

  override write(): boolean {
    return true
  }

  override end(): this {
    this.#onEnd()
    return this
  }
}
