import type { MemberName } from './members.ts'

/** What a process full of clients does for the runner. */
export type CrowdCommands = {
  /** Makes clients; answers when all have subscribed for the first time. Once. */
  readonly open: (plan: CrowdPlan) => Promise<void>
  /** From now on every client is to get so many events more in each of its channels. */
  readonly expect: (options: { readonly more: number }) => void
  /** Answers when all have what was expected of them, or after so long. */
  readonly reach: (options: { readonly maxMs: number }) => Promise<void>
  /** Answers when every client has a connection that is of use, or after so long. */
  readonly rejoin: (options: { readonly maxMs: number }) => Promise<void>
  /** From now on latencies and times without a connection count; nothing of before does. */
  readonly watch: (argument: null) => void
  /** What was seen, when so many events were published in each channel. */
  readonly report: (options: { readonly published: readonly number[] }) => CrowdReport
}

/** Which clients to make. */
export interface CrowdPlan {
  readonly kind: MemberName
  readonly port: number
  readonly clients: number
  /** The number of the first of them. */
  readonly from: number
  /** How many channels there are in all, numbered from 0. */
  readonly channels: number
  /** How many of them each client subscribes to, one after the other. */
  readonly channelsEach: number
}

/** What the clients of a process have seen. */
export interface CrowdReport {
  readonly clients: number
  /** Events, over all clients. */
  readonly received: number
  readonly missed: number
  readonly repeated: number
  /** How often a client was told of events that are lost. */
  readonly gaps: number
  /** How often a client tried to connect. */
  readonly dials: number
  /** When each client had what was expected of it, monotonic µs; those that have not are not in it. */
  readonly reachedUs: readonly number[]
  /** How long clients were without any connection since `watch`, in ms: those that were at all. */
  readonly withoutMs: readonly number[]
  /** From when an event was due until a client had it, since `watch`, in ms; of one client in twenty. */
  readonly latenciesMs: readonly number[]
  /** CPU time of the process since `expect` or `watch`, in ms. */
  readonly cpuMs: number
}
