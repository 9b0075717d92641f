import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { answerCommands } from '../harness/commands.ts'
import { monotonicUs } from '../harness/monotonic.ts'
import { type BenchEvent, makeEvent } from './event.ts'
import { Publisher } from './publisher.ts'
import { benchToken, type ChannelName, channelName } from './serve.ts'

/**
 * The program around a server whose clients come and go: makes it listen,
 * publishes into it, cuts its sockets, makes it leave, and watches its event
 * loop meanwhile.
 */
export function serveCrowd(makeApp: MakeCrowdServer): void {
  const server = createServer()
  const sockets = new Set<Socket>()
  const loopDelay = monitorEventLoopDelay({ resolution: loopLookMs })
  let log: PublishLog | null = null
  let app: CrowdServer | null = null
  let publisher: Publisher | null = null
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const commands: CrowdServerCommands = {
    async start({ redisPort, published }) {
      app = await makeApp({ server, redisPort })
      log = new PublishLog(app, published)
    },
    listen: ({ port }) => listenOn(server, port),
    // Who is there stays; nobody new comes in.
    stopListening: () => void server.close(),
    publish({ perSecond, channels }) {
      let next = 0
      publisher = new Publisher((dueUs) => {
        void log?.publish(channels[next] ?? 0, dueUs)
        next = (next + 1) % channels.length
      })
      publisher.start(perSecond)
    },
    stop: () => publisher?.stop(),
    publishEach: (plan) => log?.publishEach(plan),
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    leave: () => app?.leave(),
    watchLoop() {
      loopDelay.reset()
      loopDelay.enable()
    },
    loopDelay: () => ({
      p99Ms: Math.max(0, loopDelay.percentile(99) / 1e6 - loopLookMs),
      maxMs: Math.max(0, loopDelay.max / 1e6 - loopLookMs),
    }),
    published: () => log?.numbers ?? [],
  }
  answerCommands(commands)
}

/** Makes a server that serves WebSocket on an HTTP server, which does not listen yet. */
export type MakeCrowdServer = (options: {
  readonly server: Server
  /** Where the Redis is that it shares with others; null for one that is alone. */
  readonly redisPort: number | null
}) => CrowdServer | Promise<CrowdServer>

/** A server whose clients come and go. It must let any token but those of the crowd stay outside. */
export interface CrowdServer {
  /** Sends an event to all subscribers of a channel; what it answers is waited for where order counts. */
  readonly publish: (channel: ChannelName, event: BenchEvent) => unknown
  /** Sends everybody away, the best way it has; resolves when they have gone. */
  readonly leave: () => Promise<void>
}

/** What such a server's process does for the runner. */
export type CrowdServerCommands = {
  /** Makes the server. So many events are in each channel already, from another process. */
  readonly start: (options: {
    readonly redisPort: number | null
    readonly published: readonly number[]
  }) => Promise<void>
  /** Listens on the loopback address; 0 for any port that is free. */
  readonly listen: (options: { readonly port: number }) => Promise<CrowdListening>
  readonly stopListening: (argument: null) => void
  /** Publishes so many events a second from now on, in turn over these channels. */
  readonly publish: (options: {
    readonly perSecond: number
    readonly channels: readonly number[]
  }) => void
  readonly stop: (argument: null) => void
  /** Publishes so many events in each of so many channels, a few at a time. */
  readonly publishEach: (plan: PublishPlan) => Promise<void> | undefined
  /** Destroys every socket there is at once. */
  readonly cut: (argument: null) => void
  readonly leave: (argument: null) => Promise<void> | undefined
  /** Watches the event loop from now on. */
  readonly watchLoop: (argument: null) => void
  readonly loopDelay: (argument: null) => LoopDelayReport
  /** How many events were published in each channel. */
  readonly published: (argument: null) => readonly number[]
}

/** Where it listens, and since when. */
export interface CrowdListening {
  readonly port: number
  readonly atUs: number
}

/** How late the event loop was. */
export interface LoopDelayReport {
  readonly p99Ms: number
  readonly maxMs: number
}

/** The token of a client: each is a user of its own. */
export function crowdToken(number: number): string {
  return `${benchToken}:${number}`
}

/** Whose token it is; null for one of nobody. */
export function crowdUser(token: unknown): string | null {
  if (typeof token !== 'string' || !token.startsWith(`${benchToken}:`)) return null
  return token.slice(benchToken.length + 1)
}

/** Numbers the events of each channel. */
class PublishLog {
  readonly numbers: number[]
  readonly #app: CrowdServer

  constructor(app: CrowdServer, published: readonly number[]) {
    this.#app = app
    this.numbers = [...published]
  }

  publish(channel: number, dueUs: number): unknown {
    const number = (this.numbers[channel] ?? 0) + 1
    this.numbers[channel] = number
    return this.#app.publish(channelName(channel), makeEvent(dueUs, number))
  }

  async publishEach({ events, channels }: PublishPlan): Promise<void> {
    for (let event = 0; event < events; event += 1) {
      const stored = Array.from({ length: channels }, (_, channel) =>
        this.publish(channel, monotonicUs()),
      )
      await Promise.all([...stored, delay(betweenMs)])
    }
  }
}

/** So many events in each of so many channels. */
interface PublishPlan {
  readonly events: number
  readonly channels: number
}

// Node's histogram holds the time from one look to the next, so the time it
// asked for is taken off again.
const loopLookMs = 10
const betweenMs = 3

async function listenOn(server: Server, port: number): Promise<CrowdListening> {
  server.listen({ host: '127.0.0.1', port, backlog: 4_096 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP port')
  return { port: address.port, atUs: monotonicUs() }
}
