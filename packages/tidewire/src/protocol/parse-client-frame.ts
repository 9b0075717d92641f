import { isChannelName } from './channel-name.ts'
import type { ErrorCode } from './error-codes.ts'
import type { ClientFrame, RequestId } from './frames.ts'
import { protocolLimits } from './limits.ts'
import { isOffset, isPosition } from './position.ts'
import { type ProtocolError, protocolError } from './protocol-error.ts'
import { utf8Length } from './utf8.ts'

/**
 * Untrusted value in, typed frame or protocol error out; never an exception.
 *
 * Every field is read by name from the parsed object and put into a fresh one,
 * so what a client adds beside them (`__proto__` included) goes no further.
 */
export type ParsedFrame =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly error: ProtocolError }

/** An object a client sent, nothing known of its fields. */
type Fields = Readonly<Record<string, unknown>>

/** A typed frame, or the code of what is wrong and the field it is wrong with. */
type Shape = ClientFrame | Refusal

class Refusal {
  readonly code: ErrorCode
  readonly expected: string | undefined

  constructor(code: ErrorCode, expected?: string) {
    this.code = code
    this.expected = expected
  }
}

/** Reads one client frame from a value a codec has decoded. */
export function parseClientFrame(value: unknown): ParsedFrame {
  if (!isFields(value)) return refuse('INVALID_FRAME', undefined, 'a frame is an object')
  const id = value['id']
  if (id !== undefined && !isRequestId(id)) {
    return refuse('INVALID_FRAME', undefined, 'id is an integer or 1 to 64 bytes of text')
  }
  const type = value['type']
  if (type === undefined) return refuse('MISSING_TYPE', id)
  if (typeof type !== 'string') return refuse('INVALID_FRAME', id, 'type is a text')
  const read = readers.get(type)
  if (read === undefined) return refuse('UNKNOWN_TYPE', id)
  const shape = read(value, id)
  return shape instanceof Refusal
    ? refuse(shape.code, id, shape.expected)
    : { ok: true, frame: shape }
}

/** What a frame is answered by that is refused unread; undefined where it has no id that could be one. */
export function requestIdIn(value: unknown): RequestId | undefined {
  const id = isFields(value) ? value['id'] : undefined
  return isRequestId(id) ? id : undefined
}

/** Whether untrusted input is a request id. */
function isRequestId(value: unknown): value is RequestId {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return isText(value, protocolLimits.maxIdBytes)
}

const readers: ReadonlyMap<string, (fields: Fields, id: RequestId | undefined) => Shape> = new Map([
  ['auth', readAuth],
  ['subscribe', readSubscribe],
  ['unsubscribe', readUnsubscribe],
  ['publish', readPublish],
  ['call', readCall],
  ['history', readHistory],
  ['heartbeat', () => ({ type: 'heartbeat' })],
])

const idRequired = new Refusal('INVALID_FRAME', 'id is required')
const badChannel = new Refusal('INVALID_CHANNEL')

function readAuth({ token }: Fields, id: RequestId | undefined): Shape {
  if (typeof token !== 'string') return new Refusal('INVALID_FRAME', 'token is a text')
  return { type: 'auth', token, ...(id !== undefined && { id }) }
}

function readSubscribe({ channel, since, last }: Fields, id: RequestId | undefined): Shape {
  if (id === undefined) return idRequired
  if (!isChannelName(channel)) return badChannel
  if (since !== undefined && !isPosition(since)) {
    return new Refusal('INVALID_FRAME', 'since is {epoch, offset}')
  }
  if (last !== undefined && !isOffset(last)) {
    return new Refusal('INVALID_FRAME', 'last is an integer, 0 or more')
  }
  return {
    type: 'subscribe',
    id,
    channel,
    ...(since !== undefined && { since: { epoch: since.epoch, offset: since.offset } }),
    ...(last !== undefined && { last }),
  }
}

function readUnsubscribe({ channel }: Fields, id: RequestId | undefined): Shape {
  if (id === undefined) return idRequired
  if (!isChannelName(channel)) return badChannel
  return { type: 'unsubscribe', id, channel }
}

function readPublish(fields: Fields, id: RequestId | undefined): Shape {
  const { channel, payload, key, echo } = fields
  if (!isChannelName(channel)) return badChannel
  if (payload === undefined) return new Refusal('INVALID_FRAME', 'payload is required')
  if (key !== undefined && !isText(key, protocolLimits.maxKeyBytes)) {
    return new Refusal('INVALID_FRAME', 'key is 1 to 128 bytes of text')
  }
  if (echo !== undefined && typeof echo !== 'boolean') {
    return new Refusal('INVALID_FRAME', 'echo is true or false')
  }
  return {
    type: 'publish',
    channel,
    payload,
    ...(id !== undefined && { id }),
    ...(key !== undefined && { key }),
    ...(echo !== undefined && { echo }),
  }
}

function readCall({ method, payload }: Fields, id: RequestId | undefined): Shape {
  if (id === undefined) return idRequired
  if (!isText(method, protocolLimits.maxKeyBytes)) {
    return new Refusal('INVALID_FRAME', 'method is 1 to 128 bytes of text')
  }
  return { type: 'call', id, method, payload }
}

function readHistory(fields: Fields, id: RequestId | undefined): Shape {
  const { channel, after, before, limit } = fields
  if (id === undefined) return idRequired
  if (!isChannelName(channel)) return badChannel
  for (const bound of [after, before, limit]) {
    if (bound !== undefined && !isOffset(bound)) {
      return new Refusal('INVALID_FRAME', 'after, before and limit are integers, 0 or more')
    }
  }
  return {
    type: 'history',
    id,
    channel,
    ...(isOffset(after) && { after }),
    ...(isOffset(before) && { before }),
    ...(isOffset(limit) && { limit }),
  }
}

function refuse(code: ErrorCode, id: RequestId | undefined, expected?: string): ParsedFrame {
  return { ok: false, error: protocolError(code, id, expected) }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown, maxBytes: number): value is string {
  return typeof value === 'string' && value !== '' && utf8Length(value) <= maxBytes
}
