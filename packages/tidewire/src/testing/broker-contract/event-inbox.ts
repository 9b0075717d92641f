import assert from 'node:assert/strict'
import type { BrokerEvent } from '../../core/ports/broker.ts'

/** How long an engine may take to deliver before a case fails. */
const patienceMs = 5_000

/**
 * Collects what a broker delivers, and lets a case wait for it.
 *
 * That something does not come is shown by what comes next: a case publishes
 * one more event and finds nothing before it.
 */
export class EventInbox {
  readonly #events: BrokerEvent[] = []
  readonly #waiting = new Set<() => void>()

  /** To be passed to `Broker.subscribe`. */
  readonly receive = (event: BrokerEvent): void => {
    this.#events.push(event)
    for (const look of this.#waiting) look()
  }

  /** Everything that has come so far, in the order it came. */
  get events(): readonly BrokerEvent[] {
    return this.#events
  }

  /** The offsets of what has come so far; 0 for an event without one. */
  get offsets(): readonly number[] {
    return this.#events.map(({ position }) => position?.offset ?? 0)
  }

  /** The payloads of what has come so far, as they were published. */
  get payloads(): readonly string[] {
    return this.#events.map(({ payloadJson }) => payloadJson)
  }

  /** Resolves when an event with this payload has come. */
  async until(payloadJson: string): Promise<void> {
    if (this.payloads.includes(payloadJson)) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        reject(this.#neverCame(payloadJson))
      }, patienceMs)
      const look = () => {
        if (!this.payloads.includes(payloadJson)) return
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
    })
  }

  #neverCame(payloadJson: string): Error {
    const seen = this.payloads.join(', ')
    return new assert.AssertionError({ message: `${payloadJson} was not delivered; came: ${seen}` })
  }
}
