import { Run } from '../harness/run.ts'
import type { Subject } from '../harness/subject.ts'

/** What connections cost that authenticate, subscribe to one channel and then do nothing. */
export interface ConnectionCost {
  /** CPU of the server for each, from the first byte to the last ack, in µs. */
  readonly cpuUs: number
  /** Resident memory of the server for each, when idle, in bytes. */
  readonly rssBytes: number
  /** Connections opened per second. */
  readonly perSecond: number
}

/** Opens so many connections and measures what they cost. */
export async function costOfConnections(
  subject: Subject,
  connections: number,
): Promise<ConnectionCost> {
  await using run = await Run.start(subject)
  // Code that has not run yet is slow and makes the heap grow for the first time.
  await open(run, warmConnections)
  const before = await run.idleUsage()
  const startedMs = performance.now()
  await open(run, connections)
  const seconds = (performance.now() - startedMs) / 1_000
  const opened = run.usage()
  const idle = await run.idleUsage()
  return {
    cpuUs: ((opened.cpuMs - before.cpuMs) * 1_000) / connections,
    rssBytes: (idle.rssBytes - before.rssBytes) / connections,
    perSecond: connections / seconds,
  }
}

function open(run: Run, connections: number): Promise<void> {
  return run.open({ connections, channels: 1, channelsEach: 1, sampleEvery: 0 })
}

const warmConnections = 500
