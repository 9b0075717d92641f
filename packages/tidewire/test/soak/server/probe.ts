import { readdirSync } from 'node:fs'
import type { Tidewire } from 'tidewire'
import type { Sample, Totals } from '../sample.ts'
import { liveObjects } from './live-objects.ts'
import { countWheelTimers } from './wheel-count.ts'

/** Looks at the process it is in. Made before the server, so that it sees all of it. */
export class Probe {
  readonly #timersWaiting: () => number
  readonly #objects: () => Readonly<Record<string, number>>

  private constructor(
    timersWaiting: () => number,
    objects: () => Readonly<Record<string, number>>,
  ) {
    this.#timersWaiting = timersWaiting
    this.#objects = objects
  }

  static async make(): Promise<Probe> {
    return new Probe(await countWheelTimers(), await liveObjects())
  }

  /** @param isThorough counts live objects too, which takes a while. */
  sample(tide: Watched, isThorough: boolean): Sample {
    for (let round = 0; round < 2; round += 1) globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    return {
      atMs: performance.now(),
      heldBytes: heapUsed + external,
      residentBytes: rss,
      counts: {
        ...gaugesOf(tide.metrics()),
        'timers on the wheel': this.#timersWaiting(),
        'file descriptors': readdirSync('/proc/self/fd').length,
        ...handles(),
        ...(isThorough && this.#objects()),
      },
      totals: totalsOf(tide),
    }
  }
}

type Watched = Pick<Tidewire<Record<never, never>>, 'counters' | 'metrics'>

/** What the server says of itself: connections, channels, readers behind. */
function gaugesOf(metrics: string): Record<string, number> {
  const gauges = new Map<string, number>()
  for (const [, name = '', value] of metrics.matchAll(gaugeShape)) {
    const label = name.replaceAll('_', ' ')
    gauges.set(label, (gauges.get(label) ?? 0) + Number(value))
  }
  return Object.fromEntries(gauges)
}

const gaugeShape =
  /^tidewire_(connections|channels|readers_behind|handshakes_waiting)(?:\{[^}]*\})? (\S+)$/gm

function handles(): Record<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) {
    counts.set(`handles ${kind}`, (counts.get(`handles ${kind}`) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}

function totalsOf({ counters }: Watched): Totals {
  const { framesReceived, deliveries, closed, refusedConnections, eventsPerFlush } = counters
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: Math.round((user + system) / 1_000),
    frames: framesReceived,
    deliveries,
    events: eventsPerFlush.sum,
    closed: sumOf(closed),
    refused: sumOf(refusedConnections),
  }
}

function sumOf(table: Readonly<Record<string, number>>): number {
  return Object.values(table).reduce((sum, count) => sum + count, 0)
}
