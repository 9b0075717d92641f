import type { Codec } from '../protocol/codec.ts'
import type { Position } from '../protocol/position.ts'
import { ChannelLog, encodable, type LogEntry } from './channel-log.ts'
import type { ChannelRule } from './channel-rules.ts'
import { type FrameBounds, joinFrames } from './event-frames.ts'
import {
  type Broker,
  type BrokerEvent,
  BrokerUnavailable,
  type HistoryPage,
} from './ports/broker.ts'
import type { Flushable, Pump } from './pump.ts'
import { judgeRecovery, newest, type Recovery, type Start, startOf } from './recovery.ts'
import type { Beginning, Subscriber } from './subscriber.ts'

/**
 * One channel on this node: its log and who reads it.
 *
 * Subscribes at the broker once, however many subscribers there are. A
 * subscriber joins in one turn: it is told where it starts, gets what it missed
 * and is a member from then on, so nothing can come between.
 */
export class Channel implements Flushable {
  readonly name: string
  readonly rule: ChannelRule
  readonly #broker: Broker
  readonly #pump: Pump
  readonly #frames: FrameBounds
  readonly #joining = new Set<Subscriber>()
  readonly #members = new Set<Subscriber>()
  readonly #early: BrokerEvent[] = []
  #attached: Promise<ChannelLog> | null = null
  #log: ChannelLog | null = null

  constructor(name: string, rule: ChannelRule, { broker, pump, codec }: ChannelContext) {
    this.name = name
    this.rule = rule
    this.#broker = broker
    this.#pump = pump
    this.#frames = { codec, channel: name, maxEvents: rule.maxEvents }
  }

  get windowMs(): number {
    return this.rule.windowMs
  }

  get maxEvents(): number {
    return this.rule.maxEvents
  }

  get unflushed(): number {
    return this.#log?.unflushed ?? 0
  }

  /** Whether nobody reads it, or is about to. */
  get isDeserted(): boolean {
    return this.#members.size === 0 && this.#joining.size === 0
  }

  /**
   * Makes a subscriber a member, beginning where it asks to.
   *
   * Collects live entries first and reads history second, then merges them by
   * offset: there is no moment in which an event is in neither.
   *
   * @returns false for a subscriber that left meanwhile; it has been told nothing.
   * @throws BrokerUnavailable; the subscriber has been told nothing.
   */
  async join(subscriber: Subscriber, start: Start): Promise<boolean> {
    this.#joining.add(subscriber)
    const log = await this.#attach()
    const beginning = await this.#beginning(log, start, () => this.#joining.has(subscriber))
    if (beginning === null || !this.#joining.delete(subscriber)) return false
    subscriber.begin(beginning)
    this.#members.add(subscriber)
    return true
  }

  /** Ends a subscription, also one that is still joining. */
  leave(subscriber: Subscriber): void {
    this.#joining.delete(subscriber)
    this.#members.delete(subscriber)
  }

  flush(): void {
    const fresh = this.#log?.flush() ?? []
    if (fresh.length === 0 || this.#members.size === 0) return
    const frames = joinFrames(this.#frames, fresh)
    for (const member of this.#members) member.deliver(frames)
  }

  /** Ends delivery from the broker; the channel must be deserted. */
  detach(): void {
    this.#pump.forget(this)
    this.#broker.unsubscribe(this.name)
  }

  #attach(): Promise<ChannelLog> {
    this.#attached ??= this.#subscribeAtBroker()
    return this.#attached
  }

  async #subscribeAtBroker(): Promise<ChannelLog> {
    const receive = (event: BrokerEvent) => this.#receive(event)
    const start = await this.#broker.subscribe(this.name, receive, this.rule.history)
    this.#log = new ChannelLog(this.#frames.codec, start)
    for (const event of this.#early.splice(0)) this.#receive(event)
    return this.#log
  }

  #receive(event: BrokerEvent): void {
    if (this.#log === null) {
      this.#early.push(event)
      return
    }
    this.#log.append(event)
    this.#pump.mark(this)
  }

  async #beginning(
    log: ChannelLog,
    start: Start,
    isWanted: () => boolean,
  ): Promise<Beginning | null> {
    for (let attempt = 0; attempt < maxJoinAttempts && isWanted(); attempt += 1) {
      const source = await this.#read(log, start)
      // From here to the member's first frame nothing is awaited: what the log
      // holds now and what is flushed later follow each other without a seam.
      this.flush()
      const beginning = this.#compose(log, source)
      if (beginning !== null) return beginning
    }
    if (!isWanted()) return null
    throw new BrokerUnavailable(`history of ${this.name} could not keep up with its events`)
  }

  async #read(log: ChannelLog, { since, last }: Start): Promise<Source> {
    if (log.tip === null) {
      return since === undefined
        ? { kind: 'tip' }
        : { kind: 'tip', recovery: { recovered: false, reason: 'NO_HISTORY' } }
    }
    if (since === undefined) return this.#readLast(last)
    if (since.epoch === log.tip.epoch && log.after(since.offset) !== null) {
      if (since.offset <= log.tip.offset) return { kind: 'log', since }
    }
    const page = await this.#broker.read(this.name, { after: since.offset })
    const recovery = judgeRecovery(since, page)
    return recovery.recovered
      ? { kind: 'page', page, position: since, recovery }
      : { ...(await this.#readLast(last)), recovery }
  }

  async #readLast(last: number | undefined): Promise<Exclude<Source, { kind: 'log' }>> {
    if (last === undefined || last === 0) return { kind: 'tip' }
    const page = await this.#broker.read(this.name, newest(last))
    return { kind: 'page', page, position: startOf(page) }
  }

  /** Null when the log does not reach back to the page any more: read again. */
  #compose(log: ChannelLog, source: Source): Beginning | null {
    if (source.kind === 'tip') {
      return { position: log.tip, frames: [], ...source.recovery }
    }
    if (source.kind === 'log') {
      const missed = log.after(source.since.offset)
      if (missed === null) return null
      return { position: source.since, recovered: true, frames: this.#join(missed) }
    }
    const later = log.after(source.page.topOffset)
    if (later === null) return null
    const entries = [...this.#encode(source.page, log.tip?.offset ?? 0), ...later]
    return { position: source.position, frames: this.#join(entries), ...source.recovery }
  }

  // A broker may be ahead of what it has handed to this node; what is beyond
  // the log's tip arrives as a live event and must not come twice.
  #encode(page: HistoryPage, tipOffset: number): readonly LogEntry[] {
    return page.events
      .filter((event) => (event.position?.offset ?? 0) <= tipOffset)
      .map((event) => {
        const data = this.#frames.codec.encodeEvent(encodable(event))
        return { offset: event.position?.offset ?? 0, data, bytes: data.length }
      })
  }

  #join(entries: readonly LogEntry[]): readonly Uint8Array[] {
    return joinFrames(this.#frames, entries)
  }
}

/** What all channels of a node share. */
export interface ChannelContext {
  readonly broker: Broker
  readonly pump: Pump
  readonly codec: Codec
}

/** Where what a subscriber has missed comes from. */
type Source =
  | { readonly kind: 'tip'; readonly recovery?: Recovery }
  | { readonly kind: 'log'; readonly since: Position }
  | {
      readonly kind: 'page'
      readonly page: HistoryPage
      readonly position: Position
      readonly recovery?: Recovery
    }

/** How often history is read again when the log has moved past it meanwhile. */
const maxJoinAttempts = 5
