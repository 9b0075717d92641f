import { setTimeout as delay } from 'node:timers/promises'
import { type Observation, Run } from '../harness/run.ts'
import type { Subject } from '../harness/subject.ts'

/** Every subscriber reads one channel; all fan-out scenarios begin like this. */
export const fanOutSubscribers = 1_000

/** Starts a server with its subscribers; nothing is published yet. */
export async function startFanOut(subject: Subject, sampleEvery = 100): Promise<Run> {
  const run = await Run.start(subject)
  await run.open({
    connections: fanOutSubscribers,
    channels: 1,
    channelsEach: 1,
    sampleEvery,
  })
  return run
}

/** Publishes at a rate and watches for so long, after a warm-up. */
export async function observeAt(
  run: Run,
  { perSecond, warmMs, ms, channels = 1 }: Pace,
): Promise<Observation> {
  await run.publish(perSecond, channels)
  await delay(warmMs)
  return run.observe(ms)
}

/** How fast, and for how long. */
export interface Pace {
  readonly perSecond: number
  readonly warmMs: number
  readonly ms: number
  /** Published to in turn. Default 1. */
  readonly channels?: number
}
