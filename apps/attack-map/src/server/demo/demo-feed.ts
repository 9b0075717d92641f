/**
 * Feeds generated traffic into the pipeline, in bursts, until it is stopped.
 *
 * Once stopped it stays stopped: generated and real traffic never mix again.
 */
import type { LineSink, LineSource } from '../ingest/line-sink.ts'
import type { DemoTraffic } from './demo-traffic.ts'
import type { Random } from './random.ts'

const tickMs = 100
const largestBurst = 9

const demoSource: LineSource = { kind: 'demo', sender: 'generated' }

/** What the feed works with. */
export interface DemoFeedOptions {
  readonly sink: LineSink
  readonly traffic: DemoTraffic
  readonly random: Random
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
}

/** Runs from `start` to `stop`; about 27 lines a second. */
export class DemoFeed {
  readonly #options: DemoFeedOptions
  #state: 'new' | 'running' | 'stopped' = 'new'
  #timer: NodeJS.Timeout | undefined

  constructor(options: DemoFeedOptions) {
    this.#options = options
  }

  /** Whether lines are being generated. */
  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** Whether it has ended for good. */
  get isStopped(): boolean {
    return this.#state === 'stopped'
  }

  /** Begins, unless it was stopped already: a real line may come in before. */
  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'running'
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  /** Ends it for good. */
  stop(): void {
    this.#state = 'stopped'
    clearInterval(this.#timer)
  }

  #tick(): void {
    const { sink, traffic, random, now } = this.#options
    // Squared: most ticks are quiet and some are not, as on a real wall.
    const burst = Math.floor(random() ** 2 * largestBurst)
    for (let line = 0; line < burst; line++) {
      const at = now()
      sink.accept({ source: demoSource, text: traffic.next(at), at })
    }
  }
}
