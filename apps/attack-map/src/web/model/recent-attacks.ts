/**
 * The newest attacks the page has seen: a ring of a fixed size.
 *
 * Its memory does not grow with time or traffic; the oldest entry makes room.
 * Knows nothing about the connection or the screen.
 */

import type { ShownAttack } from './shown-attack.ts'

/** An attack and when the server published it. */
export interface SeenAttack {
  /** Counts up from 0 on this page; tells entries apart. */
  readonly sequence: number
  /** Server time, in ms since the epoch. */
  readonly publishedAt: number
  readonly attack: ShownAttack
}

/** Tells which attacks are wanted. */
export type AttackTest = (attack: ShownAttack) => boolean

/** The newest attacks, newest first when read. */
export class RecentAttacks {
  readonly #capacity: number
  readonly #entries: SeenAttack[] = []
  #added = 0

  /** @param capacity how many are kept; the oldest gives way to one more. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** How many have ever been added; changes whenever the content does. */
  get added(): number {
    return this.#added
  }

  /** Keeps an attack as the newest one. */
  add(attack: ShownAttack, publishedAt: number): void {
    const entry = { sequence: this.#added, publishedAt, attack }
    this.#entries[this.#added % this.#capacity] = entry
    this.#added += 1
  }

  /** The newest `limit` attacks that pass the test, newest first. */
  newest(limit: number, wanted: AttackTest): readonly SeenAttack[] {
    const found: SeenAttack[] = []
    for (const entry of this.#newestFirst()) {
      if (found.length >= limit) break
      if (wanted(entry.attack)) found.push(entry)
    }
    return found
  }

  /** How many of the kept attacks pass the test. */
  count(wanted: AttackTest): number {
    return this.#entries.reduce((sum, entry) => sum + (wanted(entry.attack) ? 1 : 0), 0)
  }

  *#newestFirst(): Generator<SeenAttack> {
    const oldest = Math.max(0, this.#added - this.#capacity)
    for (let sequence = this.#added - 1; sequence >= oldest; sequence -= 1) {
      const entry = this.#entries[sequence % this.#capacity]
      if (entry !== undefined) yield entry
    }
  }
}
