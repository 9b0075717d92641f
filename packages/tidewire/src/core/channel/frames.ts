import type { Codec, WireData } from '../../protocol/codec.ts'
import { SharedFrame } from '../ports/shared-frame.ts'
import type { LogEntry } from './log.ts'

/** A frame is cut before it grows beyond this. */
const maxFrameBytes = 64 * 1024

/**
 * What a reader that is not in step gets at a time. Small, because only a whole
 * frame is a sign of life to its client: at 1 kB/s this one takes 16 s, and a
 * heartbeat is 25.
 */
export const chunkBytes: number = 16 * 1024

/** A frame, and the sequence of the last event in it. */
export interface EventFrame {
  readonly frame: SharedFrame
  readonly upTo: number
}

/**
 * Makes `message` and `batch` frames of the entries of one channel.
 */
export class FrameMaker {
  readonly #codec: Codec
  readonly #channel: string
  readonly #maxEvents: number
  readonly #hasOffsets: boolean

  constructor({ codec, channel, maxEvents, hasOffsets }: FrameMakerOptions) {
    this.#codec = codec
    this.#channel = channel
    this.#maxEvents = maxEvents
    this.#hasOffsets = hasOffsets
  }

  /**
   * As few frames as the bounds allow, oldest first; an event larger than a
   * frame goes alone. An entry that does not follow its predecessor says so
   * (P-031).
   *
   * @param after the sequence the reader of the first entry stands at.
   * @param epoch the life of the log the entries are from; null without history.
   */
  make(entries: readonly LogEntry[], after: number, epoch: string | null): readonly EventFrame[] {
    const frames: EventFrame[] = []
    let part: WireData[] = []
    let bytes = 0
    let previous = after
    for (const entry of entries) {
      if (part.length >= this.#maxEvents || (bytes > 0 && bytes + entry.bytes > maxFrameBytes)) {
        frames.push(this.#join(part, previous, epoch))
        part = []
        bytes = 0
      }
      part.push(this.#told(entry, previous))
      bytes += entry.bytes + 1
      previous = entry.sequence
    }
    if (part.length > 0) frames.push(this.#join(part, previous, epoch))
    return frames
  }

  #told(entry: LogEntry, previous: number): WireData {
    if (!this.#hasOffsets || entry.sequence === previous + 1) return entry.data
    return this.#codec.withPredecessor(entry.data, previous)
  }

  #join(part: readonly WireData[], upTo: number, epoch: string | null): EventFrame {
    const channel = this.#channel
    const position = epoch === null ? null : { epoch, offset: upTo }
    const frame = new SharedFrame(this.#codec.joinEvents(channel, part), { channel, position })
    return { frame, upTo }
  }
}

export interface FrameMakerOptions {
  readonly codec: Codec
  readonly channel: string
  /** The most events in one frame. */
  readonly maxEvents: number
  /** Whether events have offsets; without them there is no predecessor to name. */
  readonly hasOffsets: boolean
}
