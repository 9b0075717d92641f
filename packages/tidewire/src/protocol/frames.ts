import type { ErrorCode } from './error-codes.ts'
import type { Position } from './position.ts'

/**
 * The frames of the wire protocol as types, one interface per `type`.
 *
 * Field names are the wire's. Everything a client may send is `ClientFrame`,
 * everything a server may send is `ServerFrame`; the rule numbers are those of
 * PROTOCOL.md.
 */

/** Chosen by the client, unique among its open requests: an integer, or at most 64 bytes of text. */
export type RequestId = string | number

/** P-010: a token, first or renewed. */
export interface AuthFrame {
  readonly type: 'auth'
  readonly id?: RequestId
  readonly token: string
}

/** P-020. */
export interface SubscribeFrame {
  readonly type: 'subscribe'
  readonly id: RequestId
  readonly channel: string
  /** Resume after this position. */
  readonly since?: Position
  /** Begin with the newest n kept events; with `since`, only when that cannot be recovered. */
  readonly last?: number
}

/** P-022. */
export interface UnsubscribeFrame {
  readonly type: 'unsubscribe'
  readonly id: RequestId
  readonly channel: string
}

/** P-023. */
export interface PublishFrame {
  readonly type: 'publish'
  readonly id?: RequestId
  readonly channel: string
  readonly payload: unknown
  /** Makes the publish idempotent within the dedupe window; 1 to 128 bytes. */
  readonly key?: string
  /** False: not delivered to the publishing connection. */
  readonly echo?: boolean
}

/** P-024. */
export interface CallFrame {
  readonly type: 'call'
  readonly id: RequestId
  readonly method: string
  readonly payload?: unknown
}

/** P-025. */
export interface HistoryFrame {
  readonly type: 'history'
  readonly id: RequestId
  readonly channel: string
  /** Only events after this offset. */
  readonly after?: number
  /** Only events before this offset. */
  readonly before?: number
  readonly limit?: number
}

/** P-027. */
export interface HeartbeatFrame {
  readonly type: 'heartbeat'
}

export type ClientFrame =
  | AuthFrame
  | SubscribeFrame
  | UnsubscribeFrame
  | PublishFrame
  | CallFrame
  | HistoryFrame
  | HeartbeatFrame

/** Whether a connection still has to authenticate (P-003). */
export type AuthNeed = 'required' | 'optional' | 'done'

/** P-003: always the first frame of a server. */
export interface ConnectedFrame {
  readonly type: 'connected'
  readonly connectionId: string
  /** Server time, ms since the epoch. */
  readonly time: number
  readonly auth: AuthNeed
  readonly userId: string | null
  /** A side that hears nothing for this long asks for a sign of life; ms. */
  readonly heartbeatMs: number
  readonly limits: { readonly maxPayloadBytes: number; readonly maxChannels: number }
}

/** P-010. */
export interface AuthAckFrame {
  readonly type: 'auth_ack'
  readonly id?: RequestId
  readonly userId: string
  /** When the token ends, ms since the epoch. */
  readonly expiresAt?: number
}

/** P-013. */
export interface AuthExpiringFrame {
  readonly type: 'auth_expiring'
  readonly inMs: number
}

/** Why a position could not be recovered (P-020). */
export type RecoveryFailure = 'EPOCH_CHANGED' | 'HISTORY_TRIMMED' | 'NO_HISTORY'

/** The answer to `subscribe`, `unsubscribe`, `publish` and `history`. */
export interface AckFrame {
  readonly type: 'ack'
  readonly id: RequestId
  readonly channel: string
  /** Subscribe: where delivery starts. Publish: the event's own. Null without history. */
  readonly position?: Position | null
  /** Only with `since`: whether everything after it follows. */
  readonly recovered?: boolean
  /** Only with `recovered: true`: the newest offset in that moment; up to it, events were missed. */
  readonly top?: number
  readonly reason?: RecoveryFailure
  /** Publish: the key was seen before; `position` is the first one's. */
  readonly duplicate?: true
  /** With `duplicate`: the key was used for another payload; this one is stored nowhere. */
  readonly conflict?: true
  /** History: oldest first. */
  readonly events?: readonly EventFields[]
}

/** P-024. */
export interface ResultFrame {
  readonly type: 'result'
  readonly id: RequestId
  readonly payload: unknown
}

/** P-026: the server ended a subscription. */
export interface UnsubscribedFrame {
  readonly type: 'unsubscribed'
  readonly channel: string
  readonly code: ErrorCode
  readonly message: string
}

/** What one event carries, in a `message`, a `batch` or a history answer. */
export interface EventFields {
  readonly offset?: number
  /** The predecessor's offset, when it is not `offset - 1` (P-031). */
  readonly prev?: number
  readonly payload: unknown
  /** The user who published it; absent for the server and for anonymous users. */
  readonly from?: string
  /** When the broker took it, ms since the epoch. */
  readonly time?: number
}

/** P-030: one event. */
export interface MessageFrame extends EventFields {
  readonly type: 'message'
  readonly channel: string
}

/** P-030: several, oldest first. */
export interface BatchFrame {
  readonly type: 'batch'
  readonly channel: string
  readonly count: number
  readonly events: readonly EventFields[]
}

/** P-032: events that will not come, told in their place. */
export interface GapFrame {
  readonly type: 'gap'
  readonly channel: string
  /** The last event before the gap. Null on a channel without history. */
  readonly from: Position | null
  /** Delivery goes on after it. Null on a channel without history. */
  readonly to: Position | null
  /** How many; null when nobody knows. */
  readonly missed: number | null
  readonly reason: GapReason
}

/**
 * Why events will not come: `HISTORY_TRIMMED` they are not kept any more ·
 * `EPOCH_CHANGED` the log they were in is lost · `SLOW_READER` the reader could
 * not take them, and the channel drops.
 */
export type GapReason = 'HISTORY_TRIMMED' | 'EPOCH_CHANGED' | 'SLOW_READER'

/** P-027. */
export interface HeartbeatAnswerFrame {
  readonly type: 'heartbeat'
  /** Server time, ms since the epoch. */
  readonly time: number
}

/** P-050. */
export interface ErrorFrame {
  readonly type: 'error'
  readonly id?: RequestId
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterMs?: number
}

/** P-061. */
export interface DrainFrame {
  readonly type: 'drain'
  readonly reconnectAfterMs: number
  readonly closeAfterMs: number
}

/** P-070, P-074: over plain HTTP, what a close frame of a WebSocket says; nothing follows it. */
export interface CloseFrame {
  readonly type: 'close'
  /** A close code of PROTOCOL.md. */
  readonly code: number
  readonly reason: string
}

export type ServerFrame =
  | ConnectedFrame
  | AuthAckFrame
  | AuthExpiringFrame
  | AckFrame
  | ResultFrame
  | UnsubscribedFrame
  | MessageFrame
  | BatchFrame
  | GapFrame
  | HeartbeatAnswerFrame
  | ErrorFrame
  | DrainFrame
