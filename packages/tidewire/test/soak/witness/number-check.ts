/**
 * What a healthy client is promised, checked number by number: each once, in
 * order, and none missing unless it was told. Begins with the first that comes.
 */
export class NumberCheck {
  #next: number | null = null
  #received = 0
  #told = 0
  #failure: string | null = null

  /** How many came. */
  get received(): number {
    return this.#received
  }

  /** How many did not, and it was said. */
  get told(): number {
    return this.#told
  }

  /** The newest that came, or was told to be missing; 0 before the first. */
  get newest(): number {
    return (this.#next ?? 1) - 1
  }

  /** What was not as promised; null while all is well. The first counts. */
  get failure(): string | null {
    return this.#failure
  }

  take(value: unknown): void {
    const expected = this.#next ?? value
    if (value !== expected) this.fail(`got ${String(value)}, and ${String(expected)} is next`)
    this.#next = Number(value) + 1
    this.#received += 1
  }

  /** Those up to this one will not come. */
  skipTo(last: number): void {
    const next = this.#next ?? last + 1
    if (last < next - 1) this.fail(`was told that it has missed up to ${last}, and has got it`)
    this.#told += last + 1 - next
    this.#next = last + 1
  }

  fail(what: string): void {
    this.#failure ??= what
  }
}
