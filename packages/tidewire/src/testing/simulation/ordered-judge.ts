import type { ChannelEvent, Gap } from '../../client/subscription.ts'
import type { Position } from '../../protocol/position.ts'
import { judgeGap, reaches } from './gap-judge.ts'
import { type Case, type Judge, place } from './judge.ts'
import { noteOfEvent } from './ledger.ts'
import { promise } from './violation.ts'

/**
 * For channels that promise every event after the start, once and in order, or
 * a gap in its place (P-032).
 */
export class OrderedJudge implements Judge {
  readonly #case: Case
  /** Everything up to here was delivered or told. */
  #cursor: Position | null = null
  /** The place of the first event, when it came before the start was known. */
  #first: Position | null = null

  constructor(subject: Case) {
    this.#case = subject
  }

  begin(position: Position | null): void {
    promise(position !== null, 'a channel with history begins nowhere')
    if (this.#cursor === null) this.#cursor = position
    if (this.#first === null) return
    const before = { epoch: this.#first.epoch, offset: this.#first.offset - 1 }
    promise(
      reaches(position, before, this.#case),
      `it began at ${place(position)}, but the first event was ${place(this.#first)}`,
    )
    this.#first = null
  }

  event(event: ChannelEvent, epoch: string | null): void {
    const { offset } = event
    promise(epoch !== null && offset !== undefined, 'an event without a place')
    const position = { epoch, offset }
    const { id } = noteOfEvent(event)
    const stored = this.#case.ledger.at(epoch, offset)?.id
    promise(stored === id, `event ${id} at ${place(position)}, where ${stored} was stored`)
    if (this.#cursor === null) this.#first = position
    else this.#assertNext(this.#cursor, position)
    this.#cursor = position
  }

  gap(gap: Gap): void {
    this.#cursor = judgeGap(gap, this.#cursor, this.#case)
  }

  assertLevel(epoch: string | null): void {
    promise(this.#cursor !== null && epoch !== null, 'it has not begun')
    const top = { epoch, offset: this.#case.ledger.topOf(epoch) }
    promise(
      reaches(this.#cursor, top, this.#case),
      `it stands at ${place(this.#cursor)}, the channel at ${place(top)}`,
    )
  }

  #assertNext(cursor: Position, position: Position): void {
    const isLater = cursor.epoch === position.epoch && position.offset > cursor.offset
    promise(isLater, `event ${place(position)} after ${place(cursor)}`)
    const before = { epoch: position.epoch, offset: position.offset - 1 }
    promise(
      reaches(cursor, before, this.#case),
      `event ${place(position)} after ${place(cursor)}, and no gap was told`,
    )
  }
}
