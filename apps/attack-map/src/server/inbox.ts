/**
 * Samples of the lines nobody could read, for whoever teaches the map a format.
 *
 * Bounded, and kept per reason: a flood of one kind does not push out the rest.
 */
import type { LineSource, ReceivedLine } from './ingest/line-sink.ts'

const samplesPerReason = 10
const maxReasons = 64
const longestSample = 1024

/** One line that could not be read. */
export interface UnparsedSample {
  readonly at: number
  readonly source: LineSource
  readonly reason: string
  /** The line, cut to 1,024 characters. */
  readonly text: string
}

/** The newest samples of each reason. */
export class Inbox {
  readonly #byReason = new Map<string, UnparsedSample[]>()

  /** Keeps a sample; the oldest of the same reason makes room. */
  keep(line: ReceivedLine, reason: string): void {
    const samples = this.#samplesOf(reason)
    if (samples === undefined) return
    const { at, source } = line
    samples.push({ at, source, reason, text: line.text.slice(0, longestSample) })
    if (samples.length > samplesPerReason) samples.shift()
  }

  /** All samples, newest first. */
  samples(): readonly UnparsedSample[] {
    return [...this.#byReason.values()].flat().sort((a, b) => b.at - a.at)
  }

  #samplesOf(reason: string): UnparsedSample[] | undefined {
    const known = this.#byReason.get(reason)
    if (known !== undefined || this.#byReason.size === maxReasons) return known
    const samples: UnparsedSample[] = []
    this.#byReason.set(reason, samples)
    return samples
  }
}
