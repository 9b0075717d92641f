import type { ChannelAccess } from '../../protocol/access.ts'
import type { ChannelContract } from '../../protocol/channel-types.ts'
import type { StandardSchema } from '../../protocol/standard-schema.ts'
import type { Permission } from './permission.ts'

/**
 * What an application says of the channels under one pattern.
 *
 * Who may read or write is part of the type: it reaches the client through
 * `connect<typeof tide>()`, where a channel nobody may publish to has no
 * `publish`.
 */
export interface ChannelOptions extends ChannelContract {
  /**
   * What travels on the channel: any Standard Schema (zod, valibot, arktype).
   * Payloads are checked on the server; subscribers get what the schema makes of
   * them. A payload that does not fit answers `INVALID_PAYLOAD`. Default: any JSON.
   */
  readonly schema?: StandardSchema | undefined

  /** Who may subscribe and read history. Default `authenticated`. Others get `FORBIDDEN`. */
  readonly subscribe?: ChannelAccess | undefined

  /**
   * Which clients may publish; the server always may. Default `nobody`, and with
   * `canPublish` `authenticated`. Others get `FORBIDDEN`.
   */
  readonly publish?: ChannelAccess | undefined

  /**
   * Says who of those that `subscribe` allows may really subscribe and read
   * history. Asked at each of them, and again after a renewal. Default: all of
   * them. Others get `FORBIDDEN`, or `unsubscribed` after a renewal.
   */
  readonly canSubscribe?: Permission | undefined

  /**
   * Says who of those that `publish` allows may really publish; asked about each
   * event, before the schema. The events of a connection keep their order,
   * however long it takes. Default: all of them. Others get `FORBIDDEN`.
   */
  readonly canPublish?: Permission | undefined

  /** What is kept for readers that come late or come back. Default: nothing; with `latest` the newest value. */
  readonly history?: HistoryOptions | undefined

  /** What a reader gets that cannot keep up. Default `every` with history, `drop` without. */
  readonly delivery?: DeliveryPolicy | undefined

  /**
   * With `latest`: the property of the payload that tells values apart, so that
   * the newest of each arrives. Default: the channel is one value. Other
   * policies refuse it.
   */
  readonly conflateKey?: string | undefined

  /** With `disconnect`: how long a reader may be behind, in ms. Default 5,000; beyond it close 4009. */
  readonly slowGraceMs?: number | undefined

  /**
   * How long events are gathered into one frame, in ms. Default 0: the pump
   * decides, and an idle channel's event leaves in the same turn of the event loop.
   */
  readonly windowMs?: number | undefined

  /**
   * How many events end a window early, and the most that one frame holds.
   * Default: no bound but the 64 KiB of a frame.
   */
  readonly maxEvents?: number | undefined

  /** Without a window: the longest the pump holds an event back under load, in ms. Default 100. */
  readonly maxDelayMs?: number | undefined
}

/**
 * What happens to a reader that cannot keep up:
 * `every` it gets every event later, from where it stood, or is told of a gap ·
 * `latest` it skips to the newest value, and that is no loss ·
 * `drop` it goes on with what is new and is told how many it missed ·
 * `disconnect` like `every`, but after `slowGraceMs` behind it is closed with 4009.
 */
export type DeliveryPolicy = 'every' | 'latest' | 'drop' | 'disconnect'

/** Bounds of a channel's history; the oldest events leave when any of them is passed. */
export interface HistoryOptions {
  /** How many events, 1 or more. */
  readonly size: number
  /** How many bytes of payload. Default 4 MiB. */
  readonly bytes?: number | undefined
  /** For how long, in ms. Default 5 min. */
  readonly ttlMs?: number | undefined
}

/** Options by pattern: `news`, `chat:{room}`. A literal name wins over a pattern, else the first that fits. */
export type ChannelDeclarations = Readonly<Record<string, ChannelOptions>>
