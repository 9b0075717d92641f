import type { ChannelEvent, Gap } from '../../client/subscription.ts'
import type { Position } from '../../protocol/position.ts'
import { judgeGap } from './gap-judge.ts'
import { type Case, isOptional, type Judge, place } from './judge.ts'
import { noteOfEvent } from './ledger.ts'
import { promise } from './violation.ts'

/**
 * For `latest` channels: values may be skipped, but never go back, and the
 * newest of each arrives (P-033).
 */
export class NewestJudge implements Judge {
  readonly #case: Case
  readonly #isKeyed: boolean
  readonly #held = new Map<string, number>()
  #start: Position | null = null
  #cursor: Position | null = null

  /** @param isKeyed whether the channel tells values apart. */
  constructor(subject: Case, isKeyed: boolean) {
    this.#case = subject
    this.#isKeyed = isKeyed
  }

  begin(position: Position | null): void {
    promise(position !== null, 'a channel with history begins nowhere')
    this.#start ??= position
    this.#cursor ??= position
  }

  event(event: ChannelEvent, epoch: string | null): void {
    const { offset } = event
    promise(epoch !== null && offset !== undefined, 'an event without a place')
    const position = { epoch, offset }
    const note = noteOfEvent(event)
    const stored = this.#case.ledger.at(epoch, offset)?.id
    promise(
      stored === note.id,
      `event ${note.id} at ${place(position)}, where ${stored} was stored`,
    )
    const cursor = this.#cursor ?? { epoch, offset: 0 }
    const isLater = cursor.epoch === epoch && offset > cursor.offset
    promise(isLater, `value ${place(position)} after ${place(cursor)}`)
    this.#cursor = position
    this.#held.set(this.#valueOf(note.value), note.id)
  }

  gap(gap: Gap): void {
    this.#cursor = judgeGap(gap, this.#cursor, this.#case)
    this.#start = this.#cursor
    this.#held.clear()
  }

  assertLevel(epoch: string | null): void {
    promise(this.#start !== null && epoch !== null, 'it has not begun')
    promise(this.#cursor?.epoch === epoch, `it is still in epoch ${this.#cursor?.epoch}`)
    const after = this.#start.epoch === epoch ? this.#start.offset : 0
    const { ledger } = this.#case
    const newest = new Map(
      ledger
        .between(epoch, after, ledger.topOf(epoch))
        .map((entry) => [this.#valueOf(entry.value), entry]),
    )
    for (const [value, entry] of newest) {
      if (isOptional(entry, this.#case)) continue
      const held = this.#held.get(value)
      promise(held === entry.id, `value ${value} is ${entry.id}, the reader holds ${held}`)
    }
  }

  #valueOf(value: string): string {
    return this.#isKeyed ? value : ''
  }
}
