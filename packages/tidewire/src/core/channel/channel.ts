import type { Codec } from '../../protocol/codec.ts'
import type { GapReason } from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'
import type { Broker, BrokerEvent, HistoryBounds } from '../ports/broker.ts'
import type { CancelTimer, Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Flushable, Pump } from '../pump.ts'
import { ChannelMeter, type MeterSurroundings } from './channel-meter.ts'
import { ChannelFeed } from './feed.ts'
import { type EventFrame, FrameMaker } from './frames.ts'
import { ChannelHistory, type HistorySlice } from './history.ts'
import { ChannelLog, type LogBounds, type LogEntry } from './log.ts'
import { Members } from './members.ts'
import { conflate, NewestValues } from './newest-values.ts'
import type { ChannelState } from './policies.ts'
import { type Beginnable, type Beginning, findBeginning, type Start } from './recovery.ts'
import type { ChannelRule } from './rules.ts'
import type { SubscribedChannel, Subscription } from './subscription.ts'

/**
 * One channel on this node: what it gets from the broker, its log, and who
 * reads it. Subscribes at the broker once, however many readers there are.
 */
export class Channel implements Flushable, SubscribedChannel {
  readonly name: string
  readonly rule: ChannelRule
  readonly #context: ChannelContext
  readonly #feed: ChannelFeed
  readonly #history: ChannelHistory
  readonly #frames: FrameMaker
  readonly #newest: NewestValues
  readonly #members = new Members()
  readonly #meter: ChannelMeter
  #log: ChannelLog
  #epoch: string | null = null
  #start = 0
  #attaching: Promise<void> | null = null
  #isAttached = false

  constructor(name: string, rule: ChannelRule, context: ChannelContext) {
    const { broker, codec, wheel } = context
    this.name = name
    this.rule = rule
    this.#context = context
    this.#meter = new ChannelMeter(rule.pattern, context)
    this.#frames = new FrameMaker({
      codec,
      channel: name,
      maxEvents: rule.maxEvents,
      hasOffsets: rule.history !== null,
    })
    this.#newest = new NewestValues(rule.history?.maxEntries ?? 1)
    this.#log = this.#emptyLog(0)
    this.#history = new ChannelHistory({
      broker,
      channel: name,
      codec,
      conflateKey: rule.conflateKey,
    })
    this.#feed = new ChannelFeed({
      broker,
      channel: name,
      history: rule.history,
      clock: wheel,
      onEvent: (event) => this.#append(event),
      onLoss: (position) => this.#startOver(position),
      onFailure: (cause) => this.reportFailure(cause),
    })
  }

  get windowMs(): number {
    return this.rule.windowMs
  }

  get maxEvents(): number {
    return this.rule.maxEvents
  }

  get maxDelayMs(): number {
    return this.rule.maxDelayMs
  }

  get unflushed(): number {
    return this.#log.unflushed
  }

  /** How many read it, without those in step: they are behind, or about to begin. */
  get behind(): number {
    return this.#members.count - this.#members.inStep
  }

  /** Whether nobody reads it, or is about to. */
  get isDeserted(): boolean {
    return this.#members.isEmpty
  }

  /** How many read it on this node, or are about to. */
  get readers(): number {
    return this.#members.count
  }

  /** The newest event this node knows of; null without history. */
  get position(): Position | null {
    return this.#epoch === null ? null : { epoch: this.#epoch, offset: this.#log.top }
  }

  /** The life of the log this node reads; null without history, and before the first reader. */
  get epoch(): string | null {
    return this.#epoch
  }

  /** The sequence before the first event this node got in this epoch. */
  get start(): number {
    return this.#start
  }

  /** Events up to this sequence have been offered to the subscribers in step. */
  get flushed(): number {
    return this.#log.flushed
  }

  /** What policies look at. */
  get state(): ChannelState {
    return { log: this.#log, newest: this.#newest }
  }

  /**
   * Adds a subscription that begins where it asks to: from then on everything
   * after that position reaches it, or it is told why not.
   *
   * `acknowledge` is called before the first event, and not at all when the
   * subscription has ended meanwhile: the answer is then false. At once, unless
   * the broker has to be asked. Rejects with BrokerUnavailable; nothing was
   * acknowledged then.
   */
  join(subscription: Subscription, joining: Joining): boolean | Promise<boolean> {
    this.#members.add()
    const beginning = this.#isAttached
      ? findBeginning(joining.start, this.#beginnable)
      : this.#firstBeginning(joining.start)
    return beginning instanceof Promise
      ? this.#beginLater(subscription, joining, beginning)
      : this.#begin(subscription, joining, beginning)
  }

  /** Ends a subscription that joined, or is joining; once. */
  leave(subscription: Subscription): void {
    subscription.end()
    this.#members.remove(subscription)
  }

  /** Takes note of a subscription's new place. */
  sort(subscription: Subscription): void {
    this.#members.sort(subscription)
  }

  /**
   * Hands what is new to everybody: one frame, made once, for all that are in
   * step, whatever their number. O(subscribers), and nothing is allocated for
   * one of them.
   */
  flush(): void {
    const from = this.#log.flushed
    const fresh = this.#log.flush(this.#context.clock.now())
    if (fresh.length === 0) return
    if (this.#members.inStep > 0) this.#offer(fresh, from)
    this.#meter.endFlush()
    this.#members.serveApart()
  }

  /** Events may have been lost on their way to this node: looks for them in history. */
  readOn(): void {
    this.#feed.readOn()
  }

  /** Ends delivery from the broker; the channel must be deserted. */
  detach(): void {
    this.#context.pump.forget(this)
    this.#feed.detach()
  }

  framesFor(
    entries: readonly LogEntry[],
    after: number,
    epoch: string | null,
  ): readonly EventFrame[] {
    const frames = this.#frames.make(entries, after, epoch)
    this.#meter.countAlone(frames, entries.length)
    return frames
  }

  /**
   * Reads on where the log does not reach back to. Thousands who were cut at once
   * ask for the same: the log takes what the first of them gets.
   */
  async readHistory(after: number): Promise<HistorySlice> {
    const slice = await this.#history.after(after)
    if (slice.epoch === this.#epoch) this.#log.prepend(slice.entries, this.#context.clock.now())
    return { ...slice, entries: this.#upToFlushed(slice.entries) }
  }

  /** Lets a subscription look again after a while for what history had no answer for. */
  retryLater(subscription: Subscription): void {
    this.after(retryMs, () => subscription.retry())
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    return this.#context.wheel.after(delayMs, callback)
  }

  countGap(reason: GapReason, missed: number | null): void {
    this.#meter.countGap(reason, missed)
  }

  /** Tells the operator; readers are told by what follows from it. */
  reportFailure(cause: unknown): void {
    this.#context.logger.error('the broker failed for a channel', { channel: this.name, cause })
  }

  #offer(fresh: readonly LogEntry[], from: number): void {
    const entries = this.#isLatest ? conflate(fresh) : fresh
    const { inStep } = this.#members
    const endFlush = this.#meter.beginFlush(entries.length, inStep)
    const frames = this.#frames.make(entries, from, this.#epoch)
    this.#meter.countFlushed(frames, inStep)
    this.#members.offer({ frames, from, entries, except: exceptionsIn(entries) })
    endFlush?.()
  }

  async #firstBeginning(start: Start): Promise<Beginning> {
    this.#attaching ??= this.#attach()
    await this.#attaching
    return findBeginning(start, this.#beginnable)
  }

  async #beginLater(
    subscription: Subscription,
    joining: Joining,
    found: Promise<Beginning>,
  ): Promise<boolean> {
    let beginning = await found
    while (subscription.place === 'joining' && !this.#isInStepWith(beginning)) {
      await this.#feed.catchUp()
      beginning = await findBeginning(joining.start, this.#beginnable)
    }
    return subscription.place === 'joining' && this.#begin(subscription, joining, beginning)
  }

  // Nothing is awaited in here: what the log holds now and what comes later follow
  // each other without a seam.
  #begin(subscription: Subscription, { acknowledge }: Joining, beginning: Beginning): true {
    const { position } = beginning
    this.flush()
    acknowledge(beginning)
    this.#meter.countRecovery(beginning)
    // The ack may have been one answer too many for a client that reads none.
    if (subscription.place === 'joining') {
      subscription.begin(position?.offset ?? this.flushed, position?.epoch ?? null)
    }
    return true
  }

  async #attach(): Promise<void> {
    try {
      const position = await this.#feed.attach()
      this.#startAt(position)
      if (this.#isLatest) await this.#readValues()
      this.#feed.start(position)
      this.#isAttached = true
    } catch (cause) {
      // The next one to join tries again.
      this.#attaching = null
      throw cause
    }
  }

  #startAt(position: Position | null): void {
    this.#epoch = position?.epoch ?? null
    this.#start = position?.offset ?? 0
    this.#log = this.#emptyLog(this.#start)
    this.#newest.clear()
  }

  async #readValues(): Promise<void> {
    const { epoch, entries } = await this.#history.all()
    // Values of another life come, or have come, with the news of it.
    if (epoch !== this.#epoch) return
    for (const entry of this.#upToFlushed(entries)) this.#newest.put(entry)
  }

  // A broker may be ahead of what it has passed on to this node: what is beyond
  // the flushed sequence comes with a flush and must not come twice.
  #upToFlushed(entries: readonly LogEntry[]): readonly LogEntry[] {
    return entries.filter((entry) => entry.sequence <= this.flushed)
  }

  #append(event: BrokerEvent): void {
    const entry = this.#log.append(event, this.#history.keyOf(event))
    this.#meter.countArrival(event, this.#log.unflushed === 1)
    if (this.#isLatest) this.#newest.put(entry)
    this.#context.pump.mark(this)
  }

  // Each reader finds out for itself what it has lost: its cursor is not in the
  // new log, so it is told of the new epoch, or reads what history still has.
  #startOver(position: Position): void {
    this.flush()
    const after = this.flushed
    this.#startAt(position)
    this.#members.stepOutAll(after)
    this.#members.serveApart()
    if (this.#isLatest) this.#readValues().catch((cause: unknown) => this.reportFailure(cause))
  }

  #emptyLog(start: number): ChannelLog {
    return new ChannelLog(this.#context.codec, logBounds(this.rule.history), start)
  }

  // The log was lost and the broker knows it already, or did not know it yet when
  // it was asked: beginning now would give out events of one life as another's.
  #isInStepWith({ position }: Beginning): boolean {
    return (position?.epoch ?? null) === this.#epoch
  }

  get #beginnable(): Beginnable {
    const { epoch } = this
    const askExtent = () => this.#history.extent()
    return { epoch, isLatest: this.#isLatest, log: this.#log, askExtent }
  }

  get #isLatest(): boolean {
    return this.rule.delivery === 'latest'
  }
}

/** What all channels of a node share. */
export interface ChannelContext extends MeterSurroundings {
  readonly broker: Broker
  readonly pump: Pump
  readonly codec: Codec
  /** Coarse timers. */
  readonly wheel: Clock
  readonly logger: Logger
}

/** How a subscription wants to begin. */
export interface Joining {
  readonly start: Start
  readonly acknowledge: (beginning: Beginning) => void
}

const retryMs = 1_000

/** The log is for readers that are a little late; the rest is in the broker's history. */
const maxLogEntries = 4_096
const maxLogBytes = 1024 * 1024

function logBounds(history: HistoryBounds | null): LogBounds {
  if (history === null) return { maxEntries: 0, maxBytes: 0, maxAgeMs: 0 }
  return {
    maxEntries: Math.min(history.maxEntries, maxLogEntries),
    maxBytes: Math.min(history.maxBytes, maxLogBytes),
    maxAgeMs: history.maxAgeMs,
  }
}

/** The links that do not want one of the events; null when there are none, which is nearly always. */
function exceptionsIn(entries: readonly LogEntry[]): ReadonlySet<string> | null {
  let except: Set<string> | null = null
  for (const { exceptLinkId } of entries) {
    if (exceptLinkId === null) continue
    except ??= new Set()
    except.add(exceptLinkId)
  }
  return except
}
