/**
 * Which way to a server has worked last, when the best one did not. Kept by the
 * page's session where it is given one, so that its next page does not wait for
 * what is known to fail.
 */
export class FallbackMemory {
  readonly #storage: FallbackStorage | undefined
  #text = ''

  constructor(storage: FallbackStorage | undefined) {
    this.#storage = storage
    attempt(() => {
      this.#text = storage?.getItem(storageKey) ?? ''
    })
  }

  /** The way to begin with, by its number; 0 is the best. */
  recall(now: number): number {
    const [way = 0, until = 0] = this.#text.split(' ').map(Number)
    return (until > now && way) || 0
  }

  remember(way: number, until: number): void {
    this.#text = `${way} ${until}`
    attempt(() => this.#storage?.setItem(storageKey, this.#text))
  }
}

/** The part of `sessionStorage` that is used. */
export interface FallbackStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

const storageKey = 'tidewire.fallback'

// A storage may be full, or forbidden: what it does not keep, this page does.
function attempt(use: () => void): void {
  try {
    use()
  } catch {
    // See above.
  }
}
