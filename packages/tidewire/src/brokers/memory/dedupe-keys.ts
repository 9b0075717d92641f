import type { Position } from '../../protocol/position.ts'

/**
 * The publish keys of the dedupe window, oldest first; bounded by age and count.
 */
export class DedupeKeys {
  readonly #windowMs: number
  readonly #maxKeys: number
  // A Map keeps insertion order, and a key is never inserted twice: its first
  // entries are the oldest.
  readonly #keys = new Map<string, FirstPublish>()

  constructor({ dedupeWindowMs, maxDedupeKeys }: DedupeBounds) {
    this.#windowMs = dedupeWindowMs
    this.#maxKeys = maxDedupeKeys
  }

  get size(): number {
    return this.#keys.size
  }

  /** What the key was first used for; null when it is not known, or not any more. */
  find(channel: string, key: string, now: number): FirstPublish | null {
    this.trim(now)
    return this.#keys.get(nameOf(channel, key)) ?? null
  }

  remember(channel: string, key: string, first: FirstPublish): void {
    this.#keys.set(nameOf(channel, key), first)
    if (this.#keys.size > this.#maxKeys) this.#forgetOldest()
  }

  /** Lets go of keys that are older than the window. */
  trim(now: number): void {
    for (const [name, { at }] of this.#keys) {
      if (now - at <= this.#windowMs) return
      this.#keys.delete(name)
    }
  }

  clear(): void {
    this.#keys.clear()
  }

  #forgetOldest(): void {
    for (const name of this.#keys.keys()) {
      this.#keys.delete(name)
      return
    }
  }
}

/** The publish that used a key first. */
export interface FirstPublish {
  readonly position: Position | null
  /** Tells its payload from others. */
  readonly fingerprint: number
  /** When, ms since the epoch. */
  readonly at: number
}

export interface DedupeBounds {
  readonly dedupeWindowMs: number
  readonly maxDedupeKeys: number
}

// A channel name holds no space.
function nameOf(channel: string, key: string): string {
  return `${channel} ${key}`
}
