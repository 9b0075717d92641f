import type { Logger } from '../../core/ports/logger.ts'
import type { RedisConnection } from './client.ts'
import { Outage } from './outage.ts'
import { type PendingCall, PendingCalls } from './pending-calls.ts'

/**
 * The connection that messages arrive on: one for all channels of a node.
 *
 * After it was lost it subscribes to everything again and then tells, because
 * what was passed on meanwhile went by unseen. It is pinged, for a connection that
 * only listens would not notice that the other end is gone.
 */
export class Subscriber {
  readonly #connection: RedisConnection
  readonly #calls: PendingCalls
  readonly #outage: Outage
  readonly #onInterruption: () => void
  readonly #receivers = new Map<string, (message: string) => void>()
  readonly #heartbeat: NodeJS.Timeout
  #waiting: PendingCall[] = []
  #isUp = false
  #attempt = 0
  #interruptions = 0

  constructor(connection: RedisConnection, options: SubscriberOptions) {
    this.#connection = connection
    this.#calls = new PendingCalls(options)
    this.#outage = new Outage('delivery', connection, options.logger)
    this.#onInterruption = options.onInterruption
    connection.on('ready', () => this.#begin())
    connection.on('close', () => this.#lose())
    connection.on('message', (name, message) => this.#receivers.get(name)?.(message))
    connection.connect().catch(() => undefined)
    // Without an answer the client ends the connection.
    this.#heartbeat = setInterval(() => this.#ping(), options.timeoutMs).unref()
  }

  /** Whether messages arrive, as far as is known. */
  get isUp(): boolean {
    return this.#isUp
  }

  /** How often messages may have been missed. */
  get interruptions(): number {
    return this.#interruptions
  }

  /** Resolves when every message that is sent from now on is passed on. Rejects with BrokerUnavailable. */
  async subscribe(name: string, receive: (message: string) => void): Promise<void> {
    this.#receivers.set(name, receive)
    await this.#calls.add((call) => {
      if (this.#isUp) this.#join(name, call)
      else this.#waiting.push(call)
    })
  }

  /** Nothing is passed on from now on. */
  unsubscribe(name: string): void {
    if (this.#receivers.delete(name) && this.#isUp) this.#leave(name)
  }

  close(): void {
    clearInterval(this.#heartbeat)
    this.#isUp = false
    this.#receivers.clear()
    this.#calls.close()
    this.#connection.disconnect()
  }

  #begin(): void {
    this.#attempt += 1
    const attempt = this.#attempt
    this.#subscribeAgain(attempt).catch((cause: unknown) => {
      if (attempt !== this.#attempt) return
      this.#outage.begin(cause)
      this.#connection.disconnect(true)
    })
  }

  // Those that are asked for meanwhile are subscribed to in the next round.
  async #subscribeAgain(attempt: number): Promise<void> {
    const done = new Set<string>()
    for (let names = this.#missing(done); names.length > 0; names = this.#missing(done)) {
      await this.#connection.subscribe(...names)
      for (const name of names) done.add(name)
    }
    if (attempt !== this.#attempt) return
    this.#open()
    for (const name of done) if (!this.#receivers.has(name)) this.#leave(name)
  }

  #missing(done: ReadonlySet<string>): readonly string[] {
    const names: string[] = []
    for (const name of this.#receivers.keys()) {
      if (names.length === namesPerCommand) break
      if (!done.has(name)) names.push(name)
    }
    return names
  }

  #open(): void {
    this.#isUp = true
    this.#outage.end()
    for (const call of this.#waiting.splice(0)) call.answer(undefined)
    if (this.#attempt > 1) this.#interrupt()
  }

  #interrupt(): void {
    this.#interruptions += 1
    this.#onInterruption()
  }

  #lose(): void {
    this.#attempt += 1
    this.#isUp = false
    this.#waiting = this.#waiting.filter(({ isOver }) => !isOver)
  }

  #join(name: string, call: PendingCall): void {
    this.#connection.subscribe(name).then(
      () => call.answer(undefined),
      (cause: unknown) => call.fail('redis took no subscription', cause),
    )
  }

  // Fails with the connection, and that ends the subscription as well.
  #leave(name: string): void {
    this.#connection.unsubscribe(name).catch(() => undefined)
  }

  #ping(): void {
    if (this.#isUp) this.#connection.ping().catch(() => undefined)
  }
}

export interface SubscriberOptions {
  readonly timeoutMs: number
  readonly maxPending: number
  readonly logger: Logger
  /** Messages may have been missed, on any channel; from now on none are. */
  readonly onInterruption: () => void
}

const namesPerCommand = 1_000
