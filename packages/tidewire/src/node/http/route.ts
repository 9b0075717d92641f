import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handshake } from '../../core/ports/link.ts'
import type { Answer } from './answer.ts'
import type { Scope } from './api-keys.ts'
import type { JsonSchema } from './json-schema.ts'
import type { MessageBody } from './message-body.ts'

/** One thing that can be done over HTTP: where it is, who may, what it does, and what is said of it. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** The whole path: `/api/channels/{channel}/messages`. */
  readonly path: string
  readonly access: RouteAccess
  readonly operation: Operation
  readonly doc: RouteDoc
}

/**
 * Who may: `anybody`, nothing is looked at · a user, as over WebSocket, or a
 * backend whose key has the scope · a backend alone.
 */
export type RouteAccess = 'anybody' | ScopedAccess

/** For those who have a right to it. */
export interface ScopedAccess {
  /** What the key of a backend has to allow. */
  readonly scope: Scope
  readonly isForUsers: boolean
  /** Whether a user may say in the body who it is (P-010). */
  readonly takesTokens?: boolean
}

/** What is said of a route, beside where it is and who may. */
export interface RouteDoc {
  readonly operationId: string
  readonly summary: string
  readonly query?: readonly ParameterDoc[]
  readonly headers?: readonly ParameterDoc[]
  /** What type of body it takes; without it, none. */
  readonly bodyType?: string
  /** What a success is; without it, any JSON object. */
  readonly answer?: JsonSchema
  /** What type a success has. Default JSON. */
  readonly contentType?: string
  /** Statuses of its own, beside those that every route can answer. */
  readonly refusals?: Readonly<Record<number, string>>
}

/** A parameter: its name, what it means, and what it may be. */
export interface ParameterDoc {
  readonly name: string
  readonly description: string
  readonly schema: JsonSchema
  readonly isRequired?: boolean
}

/** Does what a request asks for. Null: it answers by itself, through `call.answer` or as a stream. */
export type Operation = (call: Call) => Answer | null | Promise<Answer | null>

/** One request on its way through a route. */
export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What stands in the path for each name in braces. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** As whom it is asked. */
  readonly caller: CallerHandshake
  /** The whole body as a value, or what is wrong with it. */
  readonly readJson: () => Promise<JsonBody>
  /** The whole body as messages, or what is wrong with it. */
  readonly readMessages: () => Promise<MessageBody>
  readonly answer: (answer: Answer) => void
}

/** Who asks: a user, a backend or nobody in particular. */
export type CallerHandshake = Pick<Handshake, 'remoteAddress' | 'accepted' | 'grant' | 'linkId'>

/** A body that was read; its client may have left meanwhile. */
export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly answer: Answer }
  | { readonly kind: 'gone' }
