/**
 * What has been opened and has to be closed again, in reverse order.
 */

/** Closes one thing. */
export type Close = () => void | Promise<void>

/** A stack of things to close. */
export class Closers {
  readonly #closers: Close[] = []

  /** Remembers how to close what was just opened. */
  add(close: Close): void {
    this.#closers.push(close)
  }

  /** Closes everything, the latest first; a second call does nothing. */
  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}
