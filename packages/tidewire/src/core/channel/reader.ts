import type { CloseCodeName } from '../../protocol/close-codes.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import type { SharedFrame } from '../ports/shared-frame.ts'

/**
 * A connection as its subscriptions see it: something that takes frames, until
 * it is congested. When it is not any more, it calls each of its subscriptions'
 * `catchUp`.
 */
export interface Reader {
  readonly connectionId: string
  /** Whose publishes with `echo: false` it does not get (P-023): those of its own link. */
  readonly linkId: string
  /** Looked at before every frame. */
  readonly isCongested: boolean
  send(frame: ServerFrame): void
  sendShared(frame: SharedFrame): void
  close(as: CloseCodeName): void
}
