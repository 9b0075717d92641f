/**
 * What happened in a run, one line each, with its virtual time: the last lines
 * are printed with a failure.
 */
export class Trace {
  readonly #now: () => number
  readonly #startedAt: number
  readonly #keep: number
  #lines: string[] = []
  /** Which step of the run this is. */
  step = 0

  /** @param keep how many lines are kept; Infinity for all. */
  constructor(now: () => number, keep = 60) {
    this.#now = now
    this.#startedAt = now()
    this.#keep = keep
  }

  /** The kept lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines.slice(-this.#keep)
  }

  note(what: string): void {
    this.#lines.push(`${this.#now() - this.#startedAt} ms #${this.step} ${what}`)
    // Now and then, so that a note costs O(1).
    if (this.#lines.length > 2 * this.#keep) this.#lines = this.#lines.slice(-this.#keep)
  }
}
