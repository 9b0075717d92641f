/**
 * The fixed ring of slots behind every arc layer.
 *
 * One typed array for the life of the page, laid out as the GPU reads it. Slots
 * are addressed by a sequence that only counts up; those from `oldest` to
 * `added` are alive. Start times are kept relative to a moving origin, because
 * a float would lose its milliseconds within days.
 */

import type { Arc } from './arc-layer.ts'
import { arcLifeMs } from './arc-motion.ts'

/** Floats per slot: path (4), look (4), start (1). */
export const slotFloats = 9

/** The offset of the start time in a slot, in floats. */
export const startOffset = 8

/** Later than this after the origin, the origin moves. */
const originSpanMs = 3_600_000

/** Neighbouring slots. */
export interface SlotSpan {
  readonly first: number
  readonly count: number
}

/** A ring of arcs. */
export class ArcSlots {
  /** All slots, `slotFloats` floats each. */
  readonly data: Float32Array<ArrayBuffer>
  readonly #capacity: number
  #oldest = 0
  #added = 0
  #originMs = 0
  #generation = 0

  /** @param capacity how many arcs can be alive; one more takes the slot of the oldest. */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.data = new Float32Array(capacity * slotFloats)
  }

  /** The sequence of the oldest arc alive. */
  get oldest(): number {
    return this.#oldest
  }

  /** The sequence the next arc will get. */
  get added(): number {
    return this.#added
  }

  /** Changes when slots other than the newest were rewritten, so copies must be made anew. */
  get generation(): number {
    return this.#generation
  }

  /** Puts an arc into the next slot. */
  add(arc: Arc): void {
    this.#moveOrigin(arc.startMs)
    const at = (this.#added % this.#capacity) * slotFloats
    this.data[at] = arc.fromX
    this.data[at + 1] = arc.fromY
    this.data[at + 2] = arc.toX
    this.data[at + 3] = arc.toY
    this.data[at + 4] = arc.bend
    this.data[at + 5] = arc.width
    this.data[at + 6] = arc.band
    this.data[at + 7] = arc.outcome
    this.data[at + startOffset] = this.relative(arc.startMs)
    this.#added += 1
    this.#oldest = Math.max(this.#oldest, this.#added - this.#capacity)
  }

  /** A time on the clock of the slots. */
  relative(timeMs: number): number {
    return timeMs - this.#originMs
  }

  /** Lets go of the oldest arcs that have ended. Arcs behind one that takes off later wait for it. */
  expire(nowMs: number): void {
    const now = this.relative(nowMs)
    while (this.#oldest < this.#added && now - this.#startOf(this.#oldest) >= arcLifeMs) {
      this.#oldest += 1
    }
  }

  /** Lets go of every arc. */
  clear(): void {
    this.#oldest = this.#added
  }

  /** The slots alive from a sequence on, as the one or two runs the ring splits them into. */
  spans(fromSequence: number): readonly SlotSpan[] {
    const from = Math.max(fromSequence, this.#oldest)
    const count = this.#added - from
    if (count <= 0) return []
    const first = from % this.#capacity
    const beforeWrap = Math.min(count, this.#capacity - first)
    const spans = [{ first, count: beforeWrap }]
    if (beforeWrap < count) spans.push({ first: 0, count: count - beforeWrap })
    return spans
  }

  #startOf(sequence: number): number {
    return this.data[(sequence % this.#capacity) * slotFloats + startOffset] ?? 0
  }

  #moveOrigin(startMs: number): void {
    const shift = this.relative(startMs)
    if (shift < originSpanMs) return
    for (let at = startOffset; at < this.data.length; at += slotFloats) {
      this.data[at] = (this.data[at] ?? 0) - shift
    }
    this.#originMs += shift
    this.#generation += 1
  }
}
