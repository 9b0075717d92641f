import type { IncomingMessage, ServerResponse } from 'node:http'

/** Where to serve. */
export interface AttachOptions {
  /** The path of the endpoint. Default `/ws`. */
  readonly path?: string | undefined

  /**
   * Answers 401 before 101 to who brings no credential with the handshake: a
   * cookie, Basic or a token in a header. For an endpoint of its own, next to a
   * public one. Default: only where `required` leaves no other way in.
   */
  readonly rejectAnonymous?: boolean | undefined
}

/** Middleware that passes on what is not for it. */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void

/** How long a drain takes. */
export interface DrainOptions {
  /** Over which time clients leave, evenly; ms. Default 10,000. More is gentler to the nodes that take them. */
  readonly overMs?: number | undefined
  /** Who has not left so much later is closed with 1012; ms. Default 5,000. */
  readonly graceMs?: number | undefined
}

/** How to publish. */
export interface PublishOptions {
  /**
   * Makes the publish idempotent: the same key in the same channel within 5 min
   * stores nothing and answers with the first position. At most 128 bytes.
   */
  readonly key?: string | undefined
}
