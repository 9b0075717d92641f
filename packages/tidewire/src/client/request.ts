import type {
  AckFrame,
  CallFrame,
  HistoryFrame,
  PublishFrame,
  ResultFrame,
  SubscribeFrame,
  UnsubscribeFrame,
} from '../protocol/frames.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * What the parts of a client ask a server for, and how an answer reaches them:
 * types only. `requests.ts` keeps those that are open.
 */

/** A request without the id it is going to get. JSON leaves out what is undefined. */
export type RequestFrame =
  | Unsent<CallFrame>
  | Unsent<HistoryFrame>
  | Unsent<PublishFrame>
  | Unsent<SubscribeFrame>
  | Unsent<UnsubscribeFrame>

type Unsent<TFrame> = {
  readonly [TField in keyof TFrame as Exclude<TField, 'id'>]: TFrame extends Record<TField, unknown>
    ? TFrame[TField]
    : TFrame[TField] | undefined
}

/** What an answer carries; which of the fields, depends on the request. */
export type Reply = Partial<Omit<AckFrame, 'type'> & Omit<ResultFrame, 'type'>>

/** Takes what the server answers. */
export type OnReply = (reply: Reply) => void

/** Takes what became of a request instead of an answer; it or `OnReply` is called, once. */
export type OnFailure = (error: TidewireError) => void
