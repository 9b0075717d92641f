/**
 * The least of RFC 6455 that a load generator needs: where a server's frame ends,
 * and a client's frame. Trusts the server; it is one of the bench.
 */

/** Size of the header at `at`, or 0 when it is not all there. */
export function headerSize(bytes: Buffer, at: number): number {
  const available = bytes.length - at
  if (available < 2) return 0
  const short = (bytes[at + 1] ?? 0) & 0x7f
  const size = short === 127 ? 10 : short === 126 ? 4 : 2
  return available < size ? 0 : size
}

/** Length of the payload after a complete header at `at`. */
export function payloadLength(bytes: Buffer, at: number): number {
  const short = (bytes[at + 1] ?? 0) & 0x7f
  if (short === 126) return bytes.readUInt16BE(at + 2)
  // The upper half is beyond what any server here sends.
  return short === 127 ? bytes.readUInt32BE(at + 6) : short
}

/** Whether the frame at `at` is a text or binary frame, or the rest of one. */
export function isData(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0x08) === 0
}

/** Whether the payload of the frame at `at` is deflated (RFC 7692). */
export function isDeflated(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0x40) !== 0
}

/** Whether the frame at `at` ends the connection. */
export function isClose(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0x0f) === opcodes.close
}

/** Whether the frame at `at` asks for a sign of life. */
export function isPing(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0x0f) === opcodes.ping
}

/** What a frame holds. */
export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A whole client frame, masked as RFC 6455 asks. */
export function clientFrame(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text)
  const isLong = payload.length > 125
  if (payload.length > 0xffff) throw new RangeError('a client frame of the bench is short')
  const header = Buffer.alloc(isLong ? 4 : 2)
  header[0] = 0x80 | opcode
  header[1] = 0x80 | (isLong ? 126 : payload.length)
  if (isLong) header.writeUInt16BE(payload.length, 2)
  for (let index = 0; index < payload.length; index += 1) {
    payload[index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0)
  }
  return Buffer.concat([header, mask, payload])
}

// One mask for all: it keeps servers from skipping the work of unmasking.
const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
