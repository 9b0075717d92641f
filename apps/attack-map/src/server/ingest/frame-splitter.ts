/**
 * Cuts a TCP byte stream into syslog frames, RFC 6587, without being told how.
 *
 * `83 <13>…` is octet counting; anything else ends at LF or NUL, whichever the
 * connection used first. Keeps at most one unfinished frame of `maxBytes`.
 */
import { maxLineBytes } from './decode-line.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const nul = 0x00
const space = 0x20
const lessThan = 0x3c
// A count of more digits is no count: nothing sends frames of 10 MB.
const mostCountDigits = 7

/** Where the frames go. */
export interface FrameHandlers {
  /** A whole frame, without its count or terminator; valid during the call only. */
  onFrame(bytes: Buffer): void
  /** A frame was too long, or the stream ended within it. */
  onDropped(): void
}

interface CountedHeader {
  readonly length: number
  /** Where the frame starts. */
  readonly start: number
}

/** One per connection. */
export class FrameSplitter {
  readonly #handlers: FrameHandlers
  readonly #maxBytes: number
  #unfinished: Buffer = Buffer.alloc(0)
  #bytesToSkip = 0
  #isSkippingLine = false
  #terminator: number | null = null

  /** `maxBytes` limits a frame; a longer one is skipped to its end and told as dropped. */
  constructor(handlers: FrameHandlers, maxBytes = maxLineBytes) {
    this.#handlers = handlers
    this.#maxBytes = maxBytes
  }

  /** Takes the next bytes of the stream, however they are cut. */
  push(chunk: Buffer): void {
    const isContinued = this.#unfinished.length > 0
    const data = isContinued ? Buffer.concat([this.#unfinished, chunk]) : chunk
    let position = 0
    while (position < data.length) {
      const next = this.#step(data, position)
      if (next === undefined) break
      position = next
    }
    // Copied: a slice would keep the whole chunk alive for a few bytes.
    this.#unfinished = Buffer.from(data.subarray(position))
  }

  /** The stream is over; a last line needs no terminator. */
  end(): void {
    const rest = this.#unfinished
    this.#unfinished = Buffer.alloc(0)
    const isCutShort = this.#bytesToSkip > 0 || this.#isSkippingLine
    if (rest.length === 0 || isCutShort) return
    if (readCountedHeader(rest, 0) === undefined) this.#handlers.onFrame(rest)
    else this.#handlers.onDropped()
  }

  /** Consumes one thing at `position`; undefined when more bytes are needed. */
  #step(data: Buffer, position: number): number | undefined {
    if (this.#bytesToSkip > 0) return this.#skipBytes(data, position)
    if (this.#isSkippingLine) return this.#skipLine(data, position)
    if (isSeparator(data[position])) return position + 1
    const header = readCountedHeader(data, position)
    return header === undefined ? this.#takeLine(data, position) : this.#takeCounted(data, header)
  }

  #takeCounted(data: Buffer, { length, start }: CountedHeader): number | undefined {
    if (length > this.#maxBytes) {
      this.#handlers.onDropped()
      this.#bytesToSkip = length
      return start
    }
    if (data.length - start < length) return undefined
    this.#handlers.onFrame(data.subarray(start, start + length))
    return start + length
  }

  #takeLine(data: Buffer, position: number): number | undefined {
    const end = this.#findTerminator(data, position)
    const length = (end === -1 ? data.length : end) - position
    if (length > this.#maxBytes) {
      this.#handlers.onDropped()
      this.#isSkippingLine = end === -1
      return end === -1 ? data.length : end + 1
    }
    if (end === -1) return undefined
    this.#handlers.onFrame(data.subarray(position, end))
    return end + 1
  }

  #skipBytes(data: Buffer, position: number): number {
    const skipped = Math.min(this.#bytesToSkip, data.length - position)
    this.#bytesToSkip -= skipped
    return position + skipped
  }

  #skipLine(data: Buffer, position: number): number {
    const end = this.#findTerminator(data, position)
    if (end === -1) return data.length
    this.#isSkippingLine = false
    return end + 1
  }

  // The first terminator decides for the connection: a NUL within a line that
  // LF ends is data, and looking for both would scan every chunk twice.
  #findTerminator(data: Buffer, position: number): number {
    if (this.#terminator !== null) return data.indexOf(this.#terminator, position)
    const firstLineFeed = data.indexOf(lineFeed, position)
    const firstNul = data.indexOf(nul, position)
    if (firstLineFeed === -1 && firstNul === -1) return -1
    const isNul = firstLineFeed === -1 || (firstNul !== -1 && firstNul < firstLineFeed)
    this.#terminator = isNul ? nul : lineFeed
    return isNul ? firstNul : firstLineFeed
  }
}

function isSeparator(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn || byte === nul
}

/**
 * `<digits> SP <`, or undefined. A header that has not come in full looks like
 * the start of a line, which waits for more as well.
 */
function readCountedHeader(data: Buffer, position: number): CountedHeader | undefined {
  let length = 0
  let end = position
  while (isDigit(data[end]) && end - position < mostCountDigits) {
    length = length * 10 + ((data[end] ?? 0) - 0x30)
    end++
  }
  if (end === position || data[position] === 0x30) return undefined
  if (data[end] !== space) return undefined
  // Without a priority the number belongs to the text: `59 problems found`.
  return data[end + 1] === lessThan ? { length, start: end + 1 } : undefined
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
