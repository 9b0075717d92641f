import type { BrokerEvent } from '../../core/ports/broker.ts'
import { promise } from './violation.ts'

/**
 * The truth a simulation is judged by: every event the engine behind the
 * brokers has ever stored, in its order, nothing ever trimmed.
 */
export class Ledger {
  readonly #channels = new Map<string, ChannelLedger>()

  /** The record of a channel, begun when it is first asked for. */
  of(channel: string): ChannelLedger {
    const known = this.#channels.get(channel)
    if (known !== undefined) return known
    const made = new ChannelLedger(channel)
    this.#channels.set(channel, made)
    return made
  }

  /** The engine has lost its logs, and its memory of keys. */
  beginLife(): void {
    for (const channel of this.channels) channel.beginLife()
  }

  /** Every record. */
  get channels(): readonly ChannelLedger[] {
    return [...this.#channels.values()]
  }
}

/** Everything stored on one channel. */
export class ChannelLedger {
  readonly channel: string
  readonly #entries: LedgerEntry[] = []
  readonly #epochs = new Map<string, LedgerEntry[]>()
  readonly #byId = new Map<number, LedgerEntry[]>()
  #life = 0

  constructor(channel: string) {
    this.channel = channel
  }

  /** In the order they were stored, over all epochs. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries
  }

  /** The epochs that stored something, oldest first. */
  get epochs(): readonly string[] {
    return [...this.#epochs.keys()]
  }

  /** The newest offset of an epoch; 0 before the first. */
  topOf(epoch: string): number {
    return this.#epochs.get(epoch)?.length ?? 0
  }

  /** The events of an epoch after one offset up to another, oldest first. */
  between(epoch: string, after: number, upTo: number): readonly LedgerEntry[] {
    return this.#epochs.get(epoch)?.slice(after, upTo) ?? []
  }

  /** The event at a place. */
  at(epoch: string, offset: number): LedgerEntry | null {
    return this.#epochs.get(epoch)?.[offset - 1] ?? null
  }

  /** Every time an event was stored: once, unless its publisher did so twice. */
  storesOf(id: number): readonly LedgerEntry[] {
    return this.#byId.get(id) ?? []
  }

  /** What is stored from now on is in another life of the engine. */
  beginLife(): void {
    this.#life += 1
  }

  /** Takes down what was stored; the engine's offsets grow by one, or it is the engine that is wrong. */
  record(event: BrokerEvent): void {
    const place = { index: this.#entries.length, life: this.#life, time: event.time }
    const entry = { ...noteOf(event.payloadJson), ...place }
    this.#entries.push(entry)
    this.#byId.set(entry.id, [...this.storesOf(entry.id), entry])
    if (event.position === null) return
    const { offset } = event.position
    const log = this.#epochs.get(event.position.epoch) ?? []
    this.#epochs.set(event.position.epoch, log)
    log.push(entry)
    promise(log.length === offset, `${this.channel}: offset ${offset} after ${log.length - 1}`)
  }
}

/** One stored event. */
export interface LedgerEntry extends Note {
  /** Its place among all events of the channel, from 0. */
  readonly index: number
  /** How often the engine had lost everything before. */
  readonly life: number
  /** When it was stored: tells apart what was published again to another life. */
  readonly time: number
}

/** What every payload of a simulation says about itself. */
export interface Note {
  /** Nobody else's number. */
  readonly id: number
  /** Which value of a `latest` channel it is. */
  readonly value: string
  /** The client that published it; `server` for the server. */
  readonly by: string
  /** False: its publisher does not want it back. */
  readonly echo: boolean
}

/** Reads the payload of an event that was delivered. */
export function noteOfEvent({ payload }: { readonly payload: unknown }): Note {
  // Every payload of a simulation is a note, written by itself.
  return payload as Note
}

function noteOf(payloadJson: string): Note {
  return noteOfEvent({ payload: JSON.parse(payloadJson) })
}
