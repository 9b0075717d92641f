import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/**
 * How long the event loop of this process was held up, each time.
 *
 * A timer that is late by the wall clock may be the machine's doing; one that is
 * late while this process used as much CPU time is the process's own. The
 * smaller of the two counts. (CPU time is that of all threads: on a machine that
 * compiles or collects garbage aside it says too much, never too little.)
 */
export class StallWatch {
  readonly histogram: RecordableHistogram = createHistogram()
  readonly #onStall: (ms: number) => void
  #timer: NodeJS.Timeout | null = null
  #longestMs = 0

  /** @param onStall called for each stall of `stallMs` and more. */
  constructor(onStall: (ms: number) => void) {
    this.#onStall = onStall
  }

  start(): void {
    this.#next(performance.now(), process.cpuUsage())
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** The longest since the last call, in ms. */
  takeLongest(): number {
    const longest = this.#longestMs
    this.#longestMs = 0
    return longest
  }

  #next(startedAt: number, cpuBefore: NodeJS.CpuUsage): void {
    this.#timer = setTimeout(() => {
      const lateMs = performance.now() - startedAt - tickMs
      const { user, system } = process.cpuUsage(cpuBefore)
      this.#record(Math.max(0, Math.min(lateMs, (user + system) / 1_000)))
      this.#next(performance.now(), process.cpuUsage())
    }, tickMs)
  }

  #record(ms: number): void {
    this.histogram.record(Math.max(1, Math.round(ms * 1_000)))
    this.#longestMs = Math.max(this.#longestMs, ms)
    if (ms >= stallMs) this.#onStall(ms)
  }
}

/** Nothing a client sends may hold the event loop up for so long, in ms. */
export const stallMs = 50

const tickMs = 2
