import type { Codec, Decoded, EncodableEvent } from './codec.ts'
import { emptiedBelow, isDeeperThan, isValueDeeperThan } from './json-depth.ts'
import { protocolLimits } from './limits.ts'
import { type ParsedFrame, parseClientFrame, requestIdIn } from './parse-client-frame.ts'
import { protocolError } from './protocol-error.ts'

/**
 * `tidewire.v1.json`: text frames, one JSON object or an array of them.
 *
 * What a person can type into a WebSocket console is the whole of it.
 */
export const jsonCodec: Codec = {
  subprotocol: 'tidewire.v1.json',
  decode: (data) => (typeof data === 'string' ? decodeText(data) : notText),
  encode: (frame) => JSON.stringify(frame),
  encodeEvent,
  withPredecessor: (event, prev) => `{"prev":${prev},${String(event).slice(1)}`,
  joinEvents: (channel, events) => utf8.encode(joinText(channel, events)),
}

const utf8 = new TextEncoder()
const notText: Decoded = { kind: 'violation', close: 'notText' }

function decodeText(text: string): Decoded {
  if (text === '') return invalidFrame('a frame is an object')
  // The array around frames is no level of theirs.
  const levels = protocolLimits.maxDepth + (text.trimStart().startsWith('[') ? 1 : 0)
  if (!isDeeperThan(text, levels)) return decodeJson(text, parseClientFrame) ?? notText
  // The rest of it is read, so that the frame that is too deep is answered by its id.
  return decodeJson(emptiedBelow(text, levels), parseUnlessDeep) ?? invalidFrame(tooDeep)
}

/** Null for what is not JSON. */
function decodeJson(text: string, parse: (value: unknown) => ParsedFrame): Decoded | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(value)) return { kind: 'frames', frames: [parse(value)] }
  if (value.length === 0 || value.length > protocolLimits.maxFramesPerArray) {
    return invalidFrame(`an array holds 1 to ${protocolLimits.maxFramesPerArray} frames`)
  }
  return { kind: 'frames', frames: value.map(parse) }
}

function parseUnlessDeep(value: unknown): ParsedFrame {
  if (!isValueDeeperThan(value, protocolLimits.maxDepth)) return parseClientFrame(value)
  return { ok: false, error: protocolError('INVALID_FRAME', requestIdIn(value), tooDeep) }
}

const tooDeep = `a frame nests at most ${protocolLimits.maxDepth} levels deep`

function invalidFrame(expected: string): Decoded {
  const error = protocolError('INVALID_FRAME', undefined, expected)
  return { kind: 'frames', frames: [{ ok: false, error }] }
}

// Written by hand because the payload is JSON text already: JSON.stringify
// would need it parsed first, once per event and for nothing.
function encodeEvent({ offset, payloadJson, from, time }: EncodableEvent): string {
  let text = '{'
  if (offset !== undefined) text += `"offset":${offset},`
  text += `"payload":${payloadJson}`
  if (from !== undefined) text += `,"from":${JSON.stringify(from)}`
  if (time !== undefined) text += `,"time":${time}`
  return `${text}}`
}

function joinText(channel: string, events: readonly (string | Uint8Array)[]): string {
  // A channel name holds nothing that JSON would escape.
  const [first] = events
  if (events.length === 1 && typeof first === 'string') {
    return `{"type":"message","channel":"${channel}",${first.slice(1)}`
  }
  return `{"type":"batch","channel":"${channel}","count":${events.length},"events":[${events.join(',')}]}`
}
