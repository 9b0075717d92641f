/**
 * How often what happened in runs: shows that a simulation reaches what it is
 * there for.
 */
export class Tally {
  readonly #counts = new Map<string, number>()

  readonly count = (what: string, times = 1): void => {
    if (times > 0) this.#counts.set(what, this.of(what) + times)
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0
  }

  /** Adds up another one. */
  add(other: Tally): void {
    for (const [what, times] of other.#counts) this.count(what, times)
  }

  /** What was counted and how often, by name. */
  get entries(): readonly (readonly [what: string, times: number])[] {
    return [...this.#counts].sort(([one], [other]) => (one < other ? -1 : 1))
  }
}
