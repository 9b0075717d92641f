/**
 * Where the traffic comes from: real senders, generated lines, or nowhere.
 *
 * Stands in front of the pipeline; the first real line ends the generated ones
 * for good and begins the figures anew.
 */
import type { Stats } from '../shared/stats.ts'
import type { LineCounter } from './counts.ts'
import type { DemoFeed } from './demo/demo-feed.ts'
import type { LineSink, LineSource, ReceivedLine, SourceKind } from './ingest/line-sink.ts'
import type { AttackTally, StatsContext } from './stats.ts'

const realKinds: readonly SourceKind[] = ['udp', 'tcp']
const demoKinds: readonly SourceKind[] = ['demo']

/** What the feed works with. */
export interface FeedOptions {
  /** Takes the real lines. */
  readonly sink: LineSink
  readonly counter: LineCounter
  readonly tally: AttackTally
  /** Generated traffic; null for none. */
  readonly demo: DemoFeed | null
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
  /** A network that sends nothing for so long, in ms, is called silent. */
  readonly silentAfterMs: () => number
}

/** The sink of the network receivers, and the source of the statistics. */
export class Feed implements LineSink {
  readonly #options: FeedOptions

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** Takes a real line. */
  accept(line: ReceivedLine): void {
    this.#endDemo()
    this.#options.sink.accept(line)
  }

  /** Takes note of a real line that was thrown away. */
  drop(source: LineSource, at: number): void {
    this.#endDemo()
    this.#options.sink.drop(source, at)
  }

  /** The figures of the traffic that is shown. */
  snapshot(): Stats {
    return this.#options.tally.snapshot(this.#context())
  }

  /** Ends generated traffic, if there is any. */
  close(): void {
    this.#options.demo?.stop()
  }

  #endDemo(): void {
    const { demo, tally } = this.#options
    if (demo === null || demo.isStopped) return
    demo.stop()
    tally.reset()
  }

  #context(): StatsContext {
    const { counter, demo, now, silentAfterMs } = this.#options
    const { lastLineAt } = counter
    if (demo?.isRunning === true) {
      return { lines: counter.total(demoKinds), lastLineAt, feed: 'demo' }
    }
    const isSilent = lastLineAt === null || now() - lastLineAt > silentAfterMs()
    return { lines: counter.total(realKinds), lastLineAt, feed: isSilent ? 'silent' : 'live' }
  }
}
