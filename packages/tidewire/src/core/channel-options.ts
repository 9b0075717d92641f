import type { Access, ChannelContract } from '../protocol/channel-types.ts'
import type { StandardSchema } from '../protocol/standard-schema.ts'

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
  readonly subscribe?: Access | undefined

  /** Which clients may publish; the server always may. Default `nobody`. Others get `FORBIDDEN`. */
  readonly publish?: Access | undefined

  /** What is kept for readers that come late or come back. Default: nothing. */
  readonly history?: HistoryOptions | undefined

  /**
   * How long events are gathered into one frame, in ms. Default 0: an event
   * leaves in the same turn of the event loop.
   */
  readonly windowMs?: number | undefined

  /**
   * With a window: how many events end it early, and the most that one frame
   * holds. Default: no bound but the 64 KiB of a frame.
   */
  readonly maxEvents?: number | undefined
}

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
