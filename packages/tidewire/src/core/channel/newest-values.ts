import type { LogEntry } from './log.ts'

/**
 * The newest entry of each key on a `latest` channel: what a reader that skips
 * still gets. Bounded by the number of keys; the value that changed longest ago
 * leaves first.
 */
export class NewestValues {
  readonly #maxKeys: number
  // In the order of the last change: a changed key is put at the end again.
  readonly #entries = new Map<string, LogEntry>()

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  /** Takes an entry, unless a newer one of its key is known. */
  put(entry: LogEntry): void {
    if ((this.#entries.get(entry.key)?.sequence ?? 0) > entry.sequence) return
    this.#entries.delete(entry.key)
    this.#entries.set(entry.key, entry)
    if (this.#entries.size <= this.#maxKeys) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  /** The values that changed after a sequence, oldest change first. */
  after(sequence: number): readonly LogEntry[] {
    return Array.from(this.#entries.values()).filter((entry) => entry.sequence > sequence)
  }

  clear(): void {
    this.#entries.clear()
  }
}

/** What a property of the payload tells apart; a payload without it is one of the values, too. */
export function conflateKeyOf(payloadJson: string, property: string): string {
  const payload: unknown = JSON.parse(payloadJson)
  if (typeof payload !== 'object' || payload === null) return ''
  return JSON.stringify(Object.getOwnPropertyDescriptor(payload, property)?.value) ?? ''
}

/** Only the newest entry of each key, still oldest first. */
export function conflate(entries: readonly LogEntry[]): readonly LogEntry[] {
  if (entries.length < 2) return entries
  const newest = new Map(entries.map((entry) => [entry.key, entry]))
  return entries.filter((entry) => newest.get(entry.key) === entry)
}
