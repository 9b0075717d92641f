import type { RequestId } from '../../protocol/frames.ts'

/**
 * The requests of a connection that have no answer yet, by id.
 *
 * Nearly always there is none or one, on every connection and for every
 * request: the one costs no collection, and only more of them do.
 */
export class OpenIds {
  #one: RequestId | null = null
  #more: Set<RequestId> | null = null

  has(id: RequestId): boolean {
    return this.#one === id || this.#more?.has(id) === true
  }

  /** Adds an id that is not in it. */
  add(id: RequestId): void {
    if (this.#one === null) {
      this.#one = id
      return
    }
    this.#more ??= new Set()
    this.#more.add(id)
  }

  delete(id: RequestId | undefined): void {
    if (id === undefined) return
    if (this.#one === id) this.#one = null
    else if (this.#more?.delete(id) === true && this.#more.size === 0) this.#more = null
  }
}
