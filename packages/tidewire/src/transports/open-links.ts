import type { Clock } from '../core/ports/clock.ts'
import { type Beating, Heartbeats } from './heartbeats.ts'

/**
 * The open links of a transport: each has its heartbeat, and when the transport
 * closes somebody waits for the last of them.
 */
export class OpenLinks<TLink extends ClosableLink> {
  readonly #clock: Clock
  readonly #links: Heartbeats<TLink>
  readonly #onLastEnd: (() => void)[] = []

  /** @param beatMs the time between two beats of a link, in ms. */
  constructor(clock: Clock, beatMs: number) {
    this.#clock = clock
    this.#links = new Heartbeats(clock, beatMs)
  }

  add(link: TLink): void {
    this.#links.add(link)
  }

  remove(link: TLink): void {
    this.#links.remove(link)
    if (this.#links.size > 0) return
    for (const tell of this.#onLastEnd.splice(0)) tell()
  }

  /** Resolves when all have ended; cuts those left after `graceMs`. May be called again, with less patience. */
  async ended(graceMs: number): Promise<void> {
    if (this.#links.size === 0) return
    const cancel = this.#clock.after(graceMs, () => {
      for (const link of this.#links) link.terminate()
    })
    await new Promise<void>((resolve) => this.#onLastEnd.push(resolve))
    cancel()
  }
}

interface ClosableLink extends Beating {
  terminate(): void
}
