/**
 * Follows outages and says what each cost, once it is known.
 *
 * A gap belongs to the outage before it; without one, this screen was too slow.
 */

import { type Aftermath, gapNotice, type Outage, outageNotice } from './outage.ts'

/** Turns the ups and downs of a connection into sentences. */
export class OutageReporter {
  readonly #say: (sentence: string) => void
  #wasOnline = false
  #lostAt: number | null = null
  /** The last outage, until its aftermath is known. */
  #open: Outage | null = null

  constructor(say: (sentence: string) => void) {
    this.#say = say
  }

  /**
   * The connection went down, or failed to come up again.
   *
   * @param heardAt when something last arrived, in local ms: what happened since may be lost
   */
  lost(at: number, heardAt: number | null): void {
    if (!this.#wasOnline || this.#lostAt !== null) return
    this.#lostAt = Math.min(at, heardAt ?? at)
  }

  /** The connection is up. */
  back(at: number): void {
    this.#wasOnline = true
    if (this.#lostAt === null) return
    this.#open = { lostAt: this.#lostAt, backAt: at }
    this.#lostAt = null
    this.#say(outageNotice(this.#open, null))
  }

  /** It became known what happened to events that were due. */
  aftermath(aftermath: Aftermath): void {
    if (this.#open !== null) this.#say(outageNotice(this.#open, aftermath))
    else if (aftermath.kind === 'lost') this.#say(gapNotice(aftermath))
    this.#open = null
  }
}
