/**
 * How each sender of syslog is: when it was last heard, how much it sends, how
 * much of that nobody can read, and how wrong its clock is.
 *
 * Memory is bounded: senders beyond `maxSenders` share one entry, `*`.
 */
import type { SourceHealth, SourceReport } from '../shared/source-health.ts'
import type { SettledLine } from './bus.ts'
import type { LineSource } from './ingest/line-sink.ts'

const defaultMaxSenders = 1024
const otherSenders = '*'
const listedSources = 200

// A line weighs 1/10 a second at first, and e times less every 10 s.
const rateSpanMs = 10_000

interface Sender {
  readonly source: LineSource
  lastSeenAt: number
  received: number
  unparsed: number
  ratePerSecond: number
  clockSkewMs: number | null
}

/** Watches the lines that go by; `report` makes the payload of `sources`. */
export class SourceMonitor {
  readonly #maxSenders: number
  readonly #senders = new Map<string, Sender>()

  /** `maxSenders`: how many senders have an entry of their own. Default 1024. */
  constructor(maxSenders = defaultMaxSenders) {
    this.#maxSenders = maxSenders
  }

  /** Takes note of a line. */
  add({ source, at, outcome, deviceAt }: SettledLine): void {
    const sender = this.#senderOf(source, at)
    sender.ratePerSecond = faded(sender, at) + 1000 / rateSpanMs
    sender.lastSeenAt = Math.max(sender.lastSeenAt, at)
    sender.received += 1
    if (outcome === 'unparsed') sender.unparsed += 1
    if (deviceAt !== null) sender.clockSkewMs = deviceAt - at
  }

  /** Everybody, as they are `at` a time; silent after `silentAfterMs` without a line. */
  report(at: number, silentAfterMs: number): SourceReport {
    const sources = [...this.#senders.values()]
      .map((sender) => healthOf(sender, at, silentAfterMs))
      .sort(bySilenceThenRate)
    const listed = sources.slice(0, listedSources)
    return { at, sources: listed, more: sources.length - listed.length }
  }

  #senderOf(source: LineSource, at: number): Sender {
    const known = this.#senders.get(keyOf(source))
    if (known !== undefined) return known
    if (this.#senders.size < this.#maxSenders) return this.#addSender(source, at)
    const others = { kind: source.kind, sender: otherSenders }
    return this.#senders.get(keyOf(others)) ?? this.#addSender(others, at)
  }

  #addSender(source: LineSource, at: number): Sender {
    const sender = {
      source,
      lastSeenAt: at,
      received: 0,
      unparsed: 0,
      ratePerSecond: 0,
      clockSkewMs: null,
    }
    this.#senders.set(keyOf(source), sender)
    return sender
  }
}

function keyOf({ kind, sender }: LineSource): string {
  return `${kind} ${sender}`
}

function healthOf(sender: Sender, at: number, silentAfterMs: number): SourceHealth {
  const { source, lastSeenAt, received, unparsed, clockSkewMs } = sender
  return {
    sender: source.sender,
    kind: source.kind,
    lastSeenAt,
    ratePerSecond: Math.round(faded(sender, at) * 100) / 100,
    received,
    unparsedShare: received === 0 ? 0 : unparsed / received,
    clockSkewMs,
    silent: at - lastSeenAt > silentAfterMs,
  }
}

/** The rate of a sender as it is later: clocks that step back change nothing. */
function faded({ ratePerSecond, lastSeenAt }: Sender, at: number): number {
  return ratePerSecond * Math.exp(-Math.max(0, at - lastSeenAt) / rateSpanMs)
}

function bySilenceThenRate(a: SourceHealth, b: SourceHealth): number {
  return Number(b.silent) - Number(a.silent) || b.ratePerSecond - a.ratePerSecond
}
