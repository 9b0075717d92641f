import { randomUUID } from 'node:crypto'
import { createHistogram } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, isTidewireError } from '../../client/node.ts'
import { CliError } from '../cli-error.ts'
import type { Asked, Command, Surroundings } from '../command.ts'
import { neededOption, wholeOption } from '../option-values.ts'
import { allOnline } from './all-online.ts'
import {
  channelName,
  clientOptions,
  openClient,
  type Target,
  targetFrom,
  tokenHint,
} from './client-options.ts'

/**
 * `tidewire bench`: whether a server carries a small load. Subscribers and a
 * publisher in one process, so one clock; the numbers include its own work.
 * Bounded in connections, rate and time, as it may be pointed at a real server.
 */
export const benchCommand: Command = {
  name: 'bench',
  about: 'subscribes N times, publishes, prints rate and latency',
  words: [],
  options: {
    ...clientOptions,
    channel: { value: 'CHANNEL', about: 'to publish to and read; it will hold test events' },
    connections: { value: 'N', about: 'subscribers, 1 to 5000; default 50' },
    rate: { value: 'N', about: 'events a second, 1 to 1000; default 20' },
    seconds: { value: 'N', about: 'for how long, 1 to 60; default 10' },
  },
  async run(asked, surroundings) {
    const target = targetFrom(asked, surroundings)
    const plan = planFrom(asked)
    await using bench = new Bench(target, plan, surroundings)
    for (const line of await bench.run()) surroundings.print(line)
  },
}

interface Plan {
  readonly channel: string
  readonly connections: number
  readonly rate: number
  readonly seconds: number
}

function planFrom(asked: Asked): Plan {
  return {
    channel: channelName(neededOption(asked, 'channel', 'CHANNEL')),
    connections: wholeOption(asked, 'connections', { min: 1, max: 5_000, otherwise: 50 }),
    rate: wholeOption(asked, 'rate', { min: 1, max: 1_000, otherwise: 20 }),
    seconds: wholeOption(asked, 'seconds', { min: 1, max: 60, otherwise: 10 }),
  }
}

/** One run: its clients, and what they saw. */
class Bench implements AsyncDisposable {
  readonly #target: Target
  readonly #plan: Plan
  readonly #clients: readonly Client[]
  readonly #publisher: Client
  readonly #id = randomUUID()
  /** In µs. */
  readonly #latencies = createHistogram()
  #missed = 0

  constructor(target: Target, plan: Plan, surroundings: Surroundings) {
    this.#target = target
    this.#plan = plan
    const open = (): Client => openClient(target, surroundings)
    this.#clients = Array.from({ length: plan.connections }, open)
    this.#publisher = open()
  }

  /** What was measured, in lines. */
  async run(): Promise<readonly string[]> {
    const { connections, rate, seconds } = this.#plan
    await allOnline([...this.#clients, this.#publisher], this.#target)
    await this.#subscribe()
    await this.#ask()
    const from = performance.now()
    const published = await this.#publish(from)
    const expected = published * connections
    for (let left = lateTurns; left > 0 && this.#latencies.count < expected; left -= 1) {
      await pause(lateTurnMs)
    }
    const tookSeconds = (performance.now() - from) / 1_000
    const { count } = this.#latencies
    const at = (percentile: number) => (this.#latencies.percentile(percentile) / 1_000).toFixed(1)
    return [
      `connections ${connections}, published ${published} (${rate}/s for ${seconds} s)`,
      `deliveries ${count} of ${expected}, ${Math.round(count / tookSeconds)}/s, told missing ${this.#missed}`,
      count === 0 ? 'nothing was delivered' : `latency p50 ${at(50)} ms, p99 ${at(99)} ms`,
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const clients = [...this.#clients, this.#publisher]
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()))
  }

  async #subscribe(): Promise<void> {
    const { channel } = this.#plan
    const subscriptions = this.#clients.map((client) =>
      client.channel(channel).subscribe(({ payload }) => this.#count(payload), {
        onGap: ({ missed }) => {
          this.#missed += missed ?? 0
        },
        onEnd: () => undefined,
      }),
    )
    const ready = subscriptions.map((subscription) => subscription.ready)
    const inTime = pause(readyWithinMs, null, { ref: false })
    const all = await Promise.race([Promise.all(ready), inTime]).catch(told)
    if (all === null)
      throw new CliError(`not all were subscribed within ${readyWithinMs / 1_000} s`)
  }

  /** Whether it may publish, before the time begins. */
  async #ask(): Promise<void> {
    const { token } = this.#target
    const asking = this.#publisher.channel(this.#plan.channel).publish({ bench: this.#id })
    await asking.catch((error: unknown) => told(error, token === undefined ? tokenHint : ''))
  }

  /** How many were published; each at its time, however late those before were. */
  async #publish(from: number): Promise<number> {
    const { channel, rate, seconds } = this.#plan
    const count = rate * seconds
    const answers: Promise<unknown>[] = []
    for (let index = 0; index < count; index += 1) {
      await pause(Math.max(0, from + (index * 1_000) / rate - performance.now()))
      const payload = { bench: this.#id, sentAt: performance.now() }
      const answer = this.#publisher.channel(channel).publish(payload)
      // Looked at below, all at once.
      answer.catch(() => undefined)
      answers.push(answer)
    }
    await Promise.all(answers).catch(told)
    return count
  }

  // The channel may carry events of others.
  #count(payload: unknown): void {
    if (typeof payload !== 'object' || payload === null) return
    if (!('bench' in payload && 'sentAt' in payload) || payload.bench !== this.#id) return
    const ms = performance.now() - Number(payload.sentAt)
    this.#latencies.record(Math.max(1, Math.round(ms * 1_000)))
  }
}

function told(error: unknown, hint = ''): never {
  if (!isTidewireError(error)) throw error
  throw new CliError(`${error.code}: ${error.message}${hint}`, { cause: error })
}

const readyWithinMs = 30_000
const lateTurns = 100
const lateTurnMs = 20
