import type { IncomingMessage } from 'node:http'
import type { RequestId } from '../../protocol/frames.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import { protocolError } from '../../protocol/protocol-error.ts'
import { type Answer, errorAnswer, invalid, refusal } from './answer.ts'
import { readTextBody } from './text-body.ts'

/**
 * Reads a body of messages (P-074): each of its lines is what would be one
 * message of a WebSocket, a frame or an array of them, and no larger.
 *
 * Whether frames may be is for the engine to judge. Here they are looked at for
 * one thing: whether each of them will have an answer that is its own, because a
 * request has to know when it is done. Of a body in which one has not, nothing
 * is handled.
 */
export async function readMessages(
  request: IncomingMessage,
  maxPayloadBytes: number,
): Promise<MessageBody> {
  const maxBytes = maxPayloadBytes + subscriptionBytes
  const body = await readTextBody(request, { type: 'x-ndjson', maxBytes })
  if (body.kind !== 'text') return body
  const messages = body.text.split('\n').filter((line) => line.trim() !== '')
  if (messages.some((message) => Buffer.byteLength(message) > maxPayloadBytes)) {
    return { kind: 'refused', answer: tooLarge(maxPayloadBytes) }
  }
  const frames = messages.flatMap(framesIn)
  const answer = refusalOf(frames)
  if (answer !== null) return { kind: 'refused', answer }
  return { kind: 'messages', messages, requests: frames.length }
}

/** Messages that were read; their client may have left meanwhile. */
export type MessageBody =
  | {
      readonly kind: 'messages'
      readonly messages: readonly string[]
      /** How many frames there are; each of them gets one answer. */
      readonly requests: number
    }
  | { readonly kind: 'refused'; readonly answer: Answer }
  | { readonly kind: 'gone' }

/** Room for 128 subscriptions, which is all that a client may have, whatever the limit of a payload. */
const subscriptionBytes = 64 * 1024

function tooLarge(maxPayloadBytes: number): Answer {
  const message = `a line has at most ${maxPayloadBytes} bytes`
  return refusal({ status: 413, code: 'PAYLOAD_TOO_LARGE', message })
}

function framesIn(message: string): readonly ParsedFrame[] {
  const decoded = jsonCodec.decode(message)
  return decoded.kind === 'frames' ? decoded.frames : [notJson]
}

/** Why there is a frame that could not be told its answer; null when there is none. */
function refusalOf(frames: readonly ParsedFrame[]): Answer | null {
  const ids = new Set<RequestId>()
  for (const [index, parsed] of frames.entries()) {
    const id = idOf(parsed)
    if (id === undefined) {
      if (index > 0 || !isToken(parsed)) return withoutId(parsed)
    } else if (ids.has(id)) return idTwice
    else ids.add(id)
  }
  return null
}

function idOf(parsed: ParsedFrame): RequestId | undefined {
  if (!parsed.ok) return parsed.error.id
  return 'id' in parsed.frame ? parsed.frame.id : undefined
}

function isToken(parsed: ParsedFrame): boolean {
  return parsed.ok && parsed.frame.type === 'auth'
}

function withoutId(parsed: ParsedFrame): Answer {
  return parsed.ok ? idRequired : errorAnswer(parsed.error)
}

const notJson: ParsedFrame = {
  ok: false,
  error: protocolError('INVALID_FRAME', undefined, 'each line of the body is JSON'),
}

const idRequired = invalid('every frame has an id; only an auth that comes first needs none')
const idTwice = invalid('an id stands for one frame of a body')
