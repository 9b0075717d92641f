import { answerCommands } from '../harness/commands.ts'
import { type BenchEvent, makeEvent as makePaddedEvent } from './event.ts'
import { Publisher } from './publisher.ts'

/**
 * The program around a server under test: makes it listen, publishes into it at
 * the rate the runner asks for, and ends with the runner.
 */
export function serve(server: ServerUnderTest): void {
  let topic: Topics = { channels: 1, numbers: [0], next: 0 }
  const { makeEvent = makePaddedEvent } = server
  const publisher = new Publisher((dueUs) => {
    const index = topic.next
    const number = (topic.numbers[index] ?? 0) + 1
    topic.numbers[index] = number
    topic.next = (index + 1) % topic.channels
    server.publish(channelName(index), makeEvent(dueUs, number))
  })
  const commands: ServerCommands = {
    listen: (options) => server.listen(options),
    publish({ perSecond, channels }) {
      if (channels !== topic.channels) topic = topicsOf(channels)
      publisher.start(perSecond)
    },
    stop: () => publisher.stop(),
    collectGarbage: () => globalThis.gc?.(),
  }
  answerCommands(commands)
}

/** The name of the bench's channel of that number. */
export function channelName(index: number): ChannelName {
  return `bench:${index}`
}

export type ChannelName = `bench:${number}`

/** A server that the bench compares. It must let any token but `benchToken` stay outside. */
export interface ServerUnderTest {
  /** Listens on a free port of the loopback address. */
  readonly listen: (options: ListenOptions) => Promise<Listening>
  /** Sends an event to all subscribers of a channel. */
  readonly publish: (channel: ChannelName, event: BenchEvent) => void
  /** An event by the time it was due and its number. Default: 128 bytes. */
  readonly makeEvent?: (dueUs: number, number: number) => BenchEvent
}

/** Where a server may run. */
export interface ListenOptions {
  /** The core for a server that is a program of its own; null for any. */
  readonly core: number | null
}

/** A server that accepts connections. */
export interface Listening {
  readonly port: number
  /** The process whose CPU and memory count. */
  readonly pid: number
}

/** What a server process does for the runner. */
export type ServerCommands = {
  readonly listen: (options: ListenOptions) => Promise<Listening>
  readonly publish: (options: { readonly perSecond: number; readonly channels: number }) => void
  readonly stop: (argument: null) => void
  readonly collectGarbage: (argument: null) => void
}

/** Who every connection says it is. */
export const benchToken = 'bench-token-0123456789abcdef0123456789abcdef'

interface Topics {
  readonly channels: number
  readonly numbers: number[]
  next: number
}

function topicsOf(channels: number): Topics {
  return { channels, numbers: new Array<number>(channels).fill(0), next: 0 }
}
