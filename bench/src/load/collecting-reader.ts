import { constants, inflateRawSync } from 'node:zlib'
import { headerSize, isClose, isData, isDeflated, isPing, payloadLength } from './frame-bytes.ts'

/**
 * Puts whole frames together and hands on their payloads, inflated where they are
 * deflated, for the parts of a run that look inside: the opening, sampled
 * connections, answers to requests.
 */
export class CollectingReader {
  readonly #receive: FrameHandler
  readonly #onPing: () => void
  readonly #parts: Buffer[] = []
  #held = 0
  /** Bytes the frame at the beginning of `#parts` needs; 0 when unknown. */
  #wanted = 0

  /** @param onPing the server wants a sign of life. Default: it gets none. */
  constructor(receive: FrameHandler, onPing: () => void = () => undefined) {
    this.#receive = receive
    this.#onPing = onPing
  }

  read(chunk: Buffer): void {
    if (this.#held + chunk.length < this.#wanted) return this.#hold(chunk)
    const bytes = this.#held === 0 ? chunk : Buffer.concat([...this.#parts, chunk])
    this.#parts.length = 0
    this.#held = 0
    this.#wanted = 0
    let at = 0
    while (at < bytes.length) {
      const header = headerSize(bytes, at)
      const end = header === 0 ? 0 : at + header + payloadLength(bytes, at)
      if (header === 0 || end > bytes.length) {
        this.#wanted = header === 0 ? 0 : end - at
        return this.#hold(bytes.subarray(at))
      }
      this.#hand(bytes, at, bytes.subarray(at + header, end))
      at = end
    }
  }

  #hold(bytes: Buffer): void {
    this.#parts.push(Buffer.from(bytes))
    this.#held += bytes.length
  }

  #hand(bytes: Buffer, at: number, payload: Buffer): void {
    if (isData(bytes, at)) this.#receive(isDeflated(bytes, at) ? inflate(payload) : payload, false)
    else if (isClose(bytes, at)) this.#receive(payload, true)
    else if (isPing(bytes, at)) this.#onPing()
  }
}

/** Takes a frame's payload, lent for the call. */
export type FrameHandler = (payload: Buffer, isClosing: boolean) => void

// What a sender leaves out at the end of every message (RFC 7692, section 7.2.1).
const emptyBlock = Buffer.from([0x00, 0x00, 0xff, 0xff])

// Without context takeover every message stands for itself.
function inflate(payload: Buffer): Buffer {
  return inflateRawSync(Buffer.concat([payload, emptyBlock]), {
    finishFlush: constants.Z_SYNC_FLUSH,
  })
}
