import type { ErrorCode } from '../../../protocol/error-codes.ts'
import type { RequestId } from '../../../protocol/frames.ts'
import type { Reader } from '../../channel/reader.ts'
import type { Grant, Identity } from '../../ports/auth.ts'
import type { Engine } from '../engine.ts'
import type { Pausable, PublishOrder } from '../publish-order.ts'
import type { Subscriptions } from '../subscriptions.ts'

/**
 * What a command needs of the connection it runs for.
 *
 * A command is a function of the caller and a frame. It answers a request
 * exactly once, with an ack or an error. The promise it may give back is for
 * failures it does not know how to answer: the caller answers them `INTERNAL`
 * or `BROKER_UNAVAILABLE` and keeps the cause in the log.
 */
export interface Caller extends Reader, Pausable {
  /** Who is on the connection at this moment; null for nobody known. */
  readonly identity: Identity | null
  /** What a backend may do; null for everybody else, who may do what channels say. */
  readonly grant: Grant | null
  /** The other end's address, proxies that are trusted taken into account. */
  readonly remoteAddress: string
  /** Whether it has ended: nothing is sent to it any more, and nothing done for it. */
  readonly isClosed: boolean
  readonly engine: Engine
  readonly publishOrder: PublishOrder
  readonly subscriptions: Subscriptions
  /** Answers with an error from the table; `message` makes it more exact. */
  refuse(id: RequestId | undefined, code: ErrorCode, message?: string): void
}
