/**
 * Where a reader stands in a channel.
 *
 * Positions live on the client, survive reconnects and are the whole input of
 * recovery. An epoch names one life of a channel's log; when the log is lost
 * the epoch changes, and offsets of different epochs never compare.
 */
export interface Position {
  /** The life of the log this offset belongs to: 1 to 64 letters, digits, `-` or `_`. */
  readonly epoch: string
  /** The last event read; 0 is before the first. A safe integer, never negative. */
  readonly offset: number
}

const epochShape = /^[A-Za-z0-9_-]{1,64}$/

/** Whether untrusted input is a position. */
export function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false
  if (!('epoch' in value && 'offset' in value)) return false
  return typeof value.epoch === 'string' && epochShape.test(value.epoch) && isOffset(value.offset)
}

/** Whether untrusted input is an offset: a safe integer, 0 or more. */
export function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0
}
