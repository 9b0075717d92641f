import type { Dialect } from './dialect.ts'
import { headerSize, isClose, isData, isDeflated, payloadLength } from './frame-bytes.ts'
import type { Tally } from './tally.ts'

/**
 * Counts the events in a stream of frames without looking at more of a frame
 * than its dialect needs for the count. What is deflated it counts as a frame
 * only. The bytes are only lent.
 */
export class CountingReader {
  readonly #dialect: Dialect
  readonly #tally: Tally
  /** The beginning of a frame whose rest has not arrived. */
  #carry: Buffer | null = null
  /** Bytes of the current frame still to come. */
  #skip = 0

  constructor(dialect: Dialect, tally: Tally) {
    this.#dialect = dialect
    this.#tally = tally
  }

  read(chunk: Buffer): void {
    this.#tally.bytes += chunk.length
    this.#tally.reads += 1
    if (this.#skip >= chunk.length) {
      this.#skip -= chunk.length
      return
    }
    const bytes = this.#carry === null ? chunk : Buffer.concat([this.#carry, chunk])
    this.#carry = null
    let at = this.#skip
    this.#skip = 0
    while (at < bytes.length) {
      const next = this.#countFrame(bytes, at)
      if (next === incomplete) {
        this.#carry = Buffer.from(bytes.subarray(at))
        return
      }
      at = next
    }
    this.#skip = at - bytes.length
  }

  /** Where the next frame begins, maybe beyond these bytes. */
  #countFrame(bytes: Buffer, at: number): number {
    const header = headerSize(bytes, at)
    if (header === 0) return incomplete
    const length = payloadLength(bytes, at)
    const payload = at + header
    if (bytes.length - payload < Math.min(length, this.#dialect.prefixBytes)) return incomplete
    if (isData(bytes, at)) {
      if (isDeflated(bytes, at)) this.#tally.uncountedFrames += 1
      else this.#tally.events += this.#dialect.countEvents(bytes, payload, length)
      this.#tally.frames += 1
    } else if (isClose(bytes, at)) this.#tally.closed += 1
    return payload + length
  }
}

const incomplete = -1
