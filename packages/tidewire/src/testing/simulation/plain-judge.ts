import type { ChannelEvent, Gap } from '../../client/subscription.ts'
import { type Case, isOptional, type Judge } from './judge.ts'
import { noteOfEvent } from './ledger.ts'
import { promise } from './violation.ts'

/**
 * For channels without history: on one connection at most once and in order,
 * and what it misses is told, with the number (P-034). Over connections nothing
 * holds: another node may still have to deliver what this one has delivered.
 */
export class PlainJudge implements Judge {
  readonly #case: Case
  /** The place of the last event; null while it does not matter what came before. */
  #last: number | null = null
  /** The newest place on this connection, and on all. */
  #newest = -1
  #reached = -1
  /** Events told as missed since then; null when nobody knows how many. */
  #missed: number | null = 0

  constructor(subject: Case) {
    this.#case = subject
  }

  begin(): void {
    // Delivery begins with whatever comes next.
  }

  event(event: ChannelEvent): void {
    const { id } = noteOfEvent(event)
    const stored = this.#case.ledger.storesOf(id).find(({ time }) => time === event.time)
    const place = stored !== undefined && stored.index > this.#newest ? stored.index : undefined
    promise(place !== undefined, `event ${id} came twice, out of order or from nowhere`)
    this.#judgeSkipped(place)
    this.#last = place
    this.#newest = place
    this.#reached = Math.max(this.#reached, place)
    this.#missed = 0
  }

  gap({ reason, missed }: Gap): void {
    const isKnown = reason === 'NO_HISTORY' || reason === 'SLOW_READER'
    promise(isKnown, `gap ${reason} on a channel without history`)
    const isCounted = this.#missed !== null && reason === 'SLOW_READER'
    promise(!isCounted || (missed !== null && missed > 0), `a gap of ${missed} events`)
    this.#missed = isCounted ? (this.#missed ?? 0) + (missed ?? 0) : null
    if (reason === 'NO_HISTORY') this.#newest = -1
  }

  assertLevel(): void {
    const { entries } = this.#case.ledger
    const outstanding = entries
      .slice(this.#reached + 1)
      .filter((entry) => !isOptional(entry, this.#case))
    promise(outstanding.length === 0, `${outstanding.length} events have not come`)
  }

  #judgeSkipped(place: number): void {
    if (this.#last === null || this.#missed === null) return
    const skipped = this.#case.ledger.entries.slice(this.#last + 1, place)
    const needed = skipped.filter((entry) => !isOptional(entry, this.#case)).length
    const told = this.#missed
    promise(
      needed <= told && told <= skipped.length,
      `${skipped.length} events were skipped, ${told} were told as missed`,
    )
  }
}
