import type { GapReason } from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'
import type { CancelTimer } from '../ports/clock.ts'
import type { EventFrame } from './frames.ts'
import type { HistorySlice } from './history.ts'
import type { LogEntry } from './log.ts'
import { type ChannelState, everyEvent, policies } from './policies.ts'
import type { Reader } from './reader.ts'
import type { ChannelRule } from './rules.ts'

/**
 * One session on one channel: a cursor into the channel's log.
 *
 * In step it costs one membership in a set and has no numbers of its own worth
 * reading. Apart it is served by itself, from the log and from the broker's
 * history before that, at the pace its connection takes. Nothing is queued for
 * it, ever: what it has not got yet is in the log, or it is told of a gap.
 */
export class Subscription {
  readonly channel: SubscribedChannel
  readonly reader: Reader
  /** While it is being opened: settles when delivery has begun, or will not. */
  joined: Promise<boolean> | null = null
  /** After a renewal: whether somebody is being asked if it may go on. */
  isRechecked = false
  #place: Place = 'joining'
  /** Events up to here were delivered, were not meant for it, or were told as lost. */
  #after = 0
  /** The last event it got: what the next one names as its predecessor (P-031). */
  #delivered = 0
  #epoch: string | null = null
  /** The policy is for readers that fall behind; one that has just come gets all it asked for. */
  #isSlow = false
  #cancelGrace: CancelTimer | null = null

  constructor(channel: SubscribedChannel, reader: Reader) {
    this.channel = channel
    this.reader = reader
  }

  get place(): Place {
    return this.#place
  }

  /** Starts delivery after a sequence; the ack has been sent. */
  begin(after: number, epoch: string | null): void {
    this.#after = after
    this.#delivered = after
    this.#epoch = epoch
    this.#place = 'apart'
    this.catchUp()
  }

  /** Takes the frames of a flush, in step; falls behind when its connection takes no more. */
  offer(frames: readonly EventFrame[], from: number): void {
    let after = from
    for (const { frame, upTo } of frames) {
      if (this.reader.isCongested) return this.#fallBehind(after)
      this.reader.sendShared(frame)
      // A write may end the connection, and with it this subscription.
      if (this.#place === 'ended') return
      after = upTo
    }
  }

  /**
   * Takes a flush that holds events it does not want (`echo: false`), in step:
   * what is left of it is made for this one alone.
   */
  offerPart(entries: readonly LogEntry[], from: number): void {
    const wanted = this.#wanted(entries)
    this.offer(this.channel.framesFor(wanted, from, this.#epoch), from)
    if (this.#place !== 'in-step') return
    this.#after = this.channel.flushed
    this.#delivered = wanted.at(-1)?.sequence ?? from
    if (!this.#isLevel) this.#moveTo('apart')
  }

  /** Leaves the readers in step: what follows a sequence is served to it alone, at the end of the flush. */
  stepOut(after: number): void {
    this.#after = after
    this.#delivered = after
    this.#moveTo('apart')
  }

  /** Serves what it does not have, until it is in step or its connection takes no more. */
  catchUp(): void {
    if (this.#place !== 'apart' && this.#place !== 'congested') return
    this.#place = 'apart'
    if (this.#epoch !== this.channel.epoch) this.#tellNewEpoch()
    while (this.#place === 'apart' && this.#after < this.channel.flushed) {
      if (this.reader.isCongested) this.#place = 'congested'
      else this.#advance()
    }
    if (this.#after === this.channel.flushed) this.#keepUp()
    if (this.#place === 'apart' && this.#isLevel) this.#moveTo('in-step')
    else this.channel.sort(this)
  }

  /** Nothing is delivered from now on. */
  end(): void {
    this.#place = 'ended'
    this.#cancelGrace?.()
  }

  // With its own last event left out (`echo: false`) it stays apart until the
  // next one, which has to name another predecessor than everybody else's.
  // Without history no event names one.
  get #isLevel(): boolean {
    const hasAll = this.#epoch === null || this.#delivered === this.#after
    return hasAll && this.#after === this.channel.flushed
  }

  #moveTo(place: Place): void {
    this.#place = place
    this.channel.sort(this)
  }

  /** There is nothing it does not have: it is slow no longer. */
  #keepUp(): void {
    this.#isSlow = false
    this.#cancelGrace?.()
    this.#cancelGrace = null
  }

  #fallBehind(after: number): void {
    this.#after = after
    this.#delivered = after
    this.#isSlow = true
    this.#graceBegins()
    this.#moveTo('congested')
  }

  #advance(): void {
    const { rule } = this.channel
    const policy = this.#isSlow || rule.delivery === 'latest' ? policies[rule.delivery] : everyEvent
    const step = policy(this.channel.state, this.#after)
    switch (step.kind) {
      case 'events':
        return this.#deliver(step.entries, step.upTo)
      case 'skip':
        return this.#tellGap(step.upTo, 'SLOW_READER', this.#epoch)
      case 'read-history':
        return this.#readHistory()
    }
  }

  #deliver(entries: readonly LogEntry[], upTo: number): void {
    const wanted = this.#wanted(entries)
    for (const { frame } of this.channel.framesFor(wanted, this.#delivered, this.#epoch)) {
      this.reader.sendShared(frame)
    }
    this.#delivered = wanted.at(-1)?.sequence ?? this.#delivered
    this.#after = upTo
  }

  #wanted(entries: readonly LogEntry[]): readonly LogEntry[] {
    const { linkId } = this.reader
    return entries.some((entry) => entry.exceptLinkId === linkId)
      ? entries.filter((entry) => entry.exceptLinkId !== linkId)
      : entries
  }

  #readHistory(): void {
    this.#place = 'fetching'
    this.channel
      .readHistory(this.#after)
      .then((slice) => this.#takeSlice(slice))
      .catch((cause: unknown) => {
        this.channel.reportFailure(cause)
        this.channel.retryLater(this)
      })
  }

  /** Tries again what history had no answer for. */
  retry(): void {
    if (this.#place !== 'fetching') return
    this.#place = 'apart'
    this.catchUp()
  }

  #takeSlice(slice: HistorySlice): void {
    if (this.#place !== 'fetching') return
    const { epoch, trimmedOffset, entries } = slice
    // Another epoch is for the feed to find and to tell of, and a broker that has
    // not kept up with what it passed on will: until then there is nothing to be had.
    const isUseless =
      epoch !== this.#epoch || (trimmedOffset <= this.#after && entries.length === 0)
    if (isUseless) return this.channel.retryLater(this)
    this.#place = 'apart'
    if (trimmedOffset > this.#after) this.#tellGap(trimmedOffset, 'HISTORY_TRIMMED', epoch)
    else this.#deliver(entries, entries.at(-1)?.sequence ?? this.#after)
    this.catchUp()
  }

  #tellNewEpoch(): void {
    this.#tellGap(this.channel.start, 'EPOCH_CHANGED', this.channel.epoch)
  }

  #tellGap(upTo: number, reason: GapReason, epoch: string | null): void {
    const from = positionAt(this.#epoch, this.#after)
    const to = positionAt(epoch, upTo)
    const missed = epoch === this.#epoch ? upTo - this.#after : null
    this.channel.countGap(reason, missed)
    this.reader.send({ type: 'gap', channel: this.channel.name, from, to, missed, reason })
    this.#epoch = epoch
    this.#after = upTo
    this.#delivered = upTo
  }

  #graceBegins(): void {
    if (this.channel.rule.delivery !== 'disconnect' || this.#cancelGrace !== null) return
    this.#cancelGrace = this.channel.after(this.channel.rule.slowGraceMs, () => {
      if (this.#place !== 'ended') this.reader.close('tooSlow')
    })
  }
}

/** A channel as its subscriptions see it. */
export interface SubscribedChannel {
  readonly name: string
  readonly rule: ChannelRule
  /** The life of the log this node reads; null without history. */
  readonly epoch: string | null
  /** The sequence before the first event this node got in this epoch. */
  readonly start: number
  /** Events up to this sequence have been offered to the subscriptions in step. */
  readonly flushed: number
  /** What policies look at. */
  readonly state: ChannelState
  /** Frames of these entries, for a reader that stands at `after` in this epoch. */
  framesFor(
    entries: readonly LogEntry[],
    after: number,
    epoch: string | null,
  ): readonly EventFrame[]
  /** Reads on where the log does not reach back to. Rejects with BrokerUnavailable. */
  readHistory(after: number): Promise<HistorySlice>
  /** Takes note of a subscription's new place. */
  sort(subscription: Subscription): void
  /** Calls `retry` after a while: history had no answer. */
  retryLater(subscription: Subscription): void
  /** A coarse timer. */
  after(delayMs: number, callback: () => void): CancelTimer
  /** Counts a gap that was told. */
  countGap(reason: GapReason, missed: number | null): void
  /** Tells the operator that the broker failed. */
  reportFailure(cause: unknown): void
  /** The subscription is over. */
  leave(subscription: Subscription): void
}

/**
 * Where a subscription stands: `joining` not acknowledged yet · `in-step` served
 * with all others · `apart` served by itself at each flush · `congested` waits
 * for its connection to drain · `fetching` waits for the broker's history.
 */
export type Place = 'joining' | 'in-step' | 'apart' | 'congested' | 'fetching' | 'ended'

function positionAt(epoch: string | null, offset: number): Position | null {
  return epoch === null ? null : { epoch, offset }
}
