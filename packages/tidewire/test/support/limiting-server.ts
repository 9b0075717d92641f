import type { Dial, LinkHandlers } from '../../src/client/dial.ts'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import type { VirtualClock } from '../../src/testing/virtual-clock.ts'
import type { SentFrame } from './scripted-server.ts'

/**
 * A server that accepts everything up to a rate and refuses the rest (P-060),
 * at the other end of a network that takes its time; on virtual time.
 */
export class LimitingServer {
  readonly #clock: VirtualClock
  readonly #options: LimitingServerOptions
  readonly #keys = new Set<string>()
  /** What was handled, in its order. */
  readonly handled: SentFrame[] = []
  /** What was published, each once. */
  readonly log: SentFrame[] = []
  refusals = 0
  #tokens: number
  #refilledAt: number
  #restsUntil = 0

  constructor(clock: VirtualClock, options: LimitingServerOptions) {
    this.#clock = clock
    this.#options = options
    this.#tokens = options.burst
    this.#refilledAt = clock.now()
  }

  readonly dial: Dial = (_url, _protocols, handlers) => {
    const limits = { maxPayloadBytes: 65_536, maxChannels: 128 }
    const hello = { type: 'connected', connectionId: 'c-1', time: 0, userId: null } as const
    this.#tell(handlers, { ...hello, auth: 'done', heartbeatMs: 0, limits })
    return {
      send: (text) => this.#later(() => this.#read(text, handlers)),
      close: () => undefined,
    }
  }

  // One at a time, and none while it rests: a refusal slows down the network.
  #read(text: string, handlers: LinkHandlers): void {
    const restMs = this.#restsUntil - this.#clock.now()
    if (restMs > 0) return void this.#clock.after(restMs, () => this.#read(text, handlers))
    // Written by this package's client.
    const sent = JSON.parse(text) as SentFrame | readonly SentFrame[]
    for (const frame of [sent].flat()) this.#take(frame, handlers)
  }

  #take(frame: SentFrame, handlers: LinkHandlers): void {
    const { id = 0, channel = '' } = frame
    const retryAfterMs = this.#refuseFor()
    if (retryAfterMs > 0) {
      this.refusals += 1
      this.#restsUntil = this.#clock.now() + this.#options.restMs
      const code = 'RATE_LIMITED'
      return this.#tell(handlers, { type: 'error', id, code, message: 'slow down', retryAfterMs })
    }
    this.handled.push(frame)
    const { key = '' } = frame
    const isDuplicate = this.#keys.has(key)
    if (frame.type === 'publish' && !isDuplicate) this.log.push(frame)
    this.#keys.add(key)
    this.#tell(handlers, { type: 'ack', id, channel })
  }

  /** 0: handled. */
  #refuseFor(): number {
    const { framesPerSecond, burst } = this.#options
    const now = this.#clock.now()
    const refilled = ((now - this.#refilledAt) * framesPerSecond) / 1_000
    this.#tokens = Math.min(burst, this.#tokens + refilled)
    this.#refilledAt = now
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1_000) / framesPerSecond)
    this.#tokens -= 1
    return 0
  }

  #tell(handlers: LinkHandlers, frame: ServerFrame): void {
    this.#later(() => handlers.onMessage(JSON.stringify(frame)))
  }

  #later(arrive: () => void): void {
    this.#clock.after(this.#options.latencyMs, arrive)
  }
}

export interface LimitingServerOptions {
  readonly framesPerSecond: number
  readonly burst: number
  /** One way, in ms. */
  readonly latencyMs: number
  /** For so long nothing is read after a refusal. */
  readonly restMs: number
}
