/**
 * WebSocket frames as a client sends them (RFC 6455, section 5.2), also those
 * that no WebSocket library agrees to send.
 */
export function clientFrame(payload: Buffer | string, shape: FrameShape = {}): Buffer {
  const { opcode = opcodes.text, isFinal = true, reserved = 0, isMasked = true } = shape
  const body = Buffer.from(payload)
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode
  const maskBit = isMasked ? 0x80 : 0
  const head = Buffer.concat([Buffer.of(first), lengthField(body.length, maskBit)])
  if (!isMasked) return Buffer.concat([head, body])
  return Buffer.concat([head, maskKey, body.map((byte, index) => byte ^ (maskKey[index % 4] ?? 0))])
}

/** The header of a text frame that announces more bytes than will ever come. */
export function announcedFrame(bytes: number): Buffer {
  return Buffer.concat([Buffer.of(0x81), lengthField(bytes, 0x80), maskKey])
}

/** The body of a close frame. */
export function closeBody(code: number): Buffer {
  const body = Buffer.alloc(2)
  body.writeUInt16BE(code)
  return body
}

export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const

/** What a frame says of itself. */
export interface FrameShape {
  /** Default: text. */
  readonly opcode?: number
  /** Default true. */
  readonly isFinal?: boolean
  /** The bits RSV1 to RSV3, RSV1 the highest: 0 to 7. Default 0. */
  readonly reserved?: number
  /** Default true, as clients must. */
  readonly isMasked?: boolean
}

const maskKey = Buffer.of(0x37, 0xfa, 0x21, 0x3d)

function lengthField(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.of(maskBit | length)
  if (length < 2 ** 16) return Buffer.of(maskBit | 126, length >> 8, length & 0xff)
  const field = Buffer.alloc(9)
  field.writeUInt8(maskBit | 127)
  field.writeBigUInt64BE(BigInt(length), 1)
  return field
}
