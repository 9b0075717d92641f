/**
 * What has arrived and was not looked at yet, in order.
 *
 * Waiting ends with the next item, with the end of the source, or with an error
 * that lists everything seen so far: a test that waits for the wrong thing says
 * so by itself.
 */
export class Inbox<TItem> {
  readonly #describe: (item: TItem) => string
  readonly #seen: TItem[] = []
  #taken = 0
  #end: string | null = null
  #wake: (() => void) | null = null

  constructor(describe: (item: TItem) => string) {
    this.#describe = describe
  }

  /** Adds an item; the source calls it. */
  put(item: TItem): void {
    this.#seen.push(item)
    this.#wake?.()
  }

  /** Nothing follows, and why; the source calls it. */
  end(reason: string): void {
    this.#end ??= reason
    this.#wake?.()
  }

  /** The next item; rejects after `timeoutMs` or when the source has ended. */
  async take(timeoutMs: number = defaultTimeoutMs): Promise<TItem> {
    if (this.#taken >= this.#seen.length && this.#end === null) await this.#change(timeoutMs)
    const item = this.#seen[this.#taken]
    if (item === undefined) throw this.failure(`nothing follows: ${this.#end}`)
    this.#taken += 1
    return item
  }

  /** An error that says what was seen. */
  failure(message: string): Error {
    const newest = this.#seen.slice(-newestShown)
    const lines = newest.map((item) => `  ${this.#describe(item).slice(0, charactersShown)}`)
    const title = `${message}; seen so far: ${this.#seen.length}, the newest are`
    return new Error([title, ...lines].join('\n'))
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#wake = null
        reject(this.failure(`nothing came for ${timeoutMs} ms`))
      }, timeoutMs)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
    })
  }
}

/** A bound for tests that fail; those that pass never come near it, however busy the machine is. */
const defaultTimeoutMs = 30_000

const newestShown = 20
const charactersShown = 300
