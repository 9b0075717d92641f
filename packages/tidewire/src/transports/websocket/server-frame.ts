import { constants, deflateRawSync } from 'node:zlib'
import type { FrameForm } from '../../core/ports/shared-frame.ts'

/**
 * WebSocket frames from a server (RFC 6455, section 5.2): text, in one piece,
 * not masked.
 *
 * `ws` makes a header per connection and writes it apart from the payload. A
 * frame that 10,000 connections share is made here once, header and payload in
 * one buffer, and costs each of them one write.
 */
export const textFrame: FrameForm = { wrap: ({ data }) => encodeBytes(data) }

/** A text frame of UTF-8 for one connection. */
export function encodeBytes(data: Uint8Array): Buffer {
  return frameOf(data, finalText)
}

/** A text frame for one connection, of a text that has so many bytes in UTF-8. */
export function encodeText(text: string, length: number): Buffer {
  const frame = allocate(length, finalText)
  frame.write(text, frame.length - length)
  return frame
}

/**
 * Text frames, compressed once for all that negotiated permessage-deflate
 * without context takeover (RFC 7692): each message stands for itself, so the
 * same bytes are right for every connection.
 *
 * @param threshold smaller payloads are not worth it and stay as they are; bytes.
 */
export function deflatedTextFrame(threshold: number): FrameForm {
  return {
    wrap({ data }) {
      if (data.length < threshold) return encodeBytes(data)
      const deflated = deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH })
      // A message ends in an empty block that both sides know of (section 7.2.1).
      return frameOf(deflated.subarray(0, -emptyBlockBytes), finalText | compressed)
    },
  }
}

const finalText = 0x81
const compressed = 0x40
const emptyBlockBytes = 4

function frameOf(payload: Uint8Array, firstByte: number): Buffer {
  const frame = allocate(payload.length, firstByte)
  frame.set(payload, frame.length - payload.length)
  return frame
}

/** A frame with its header written and room for the payload behind it. */
function allocate(length: number, firstByte: number): Buffer {
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + length)
  frame[0] = firstByte
  if (headerBytes === 2) frame[1] = length
  else if (headerBytes === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  return frame
}
