/**
 * What every event of the bench begins with: the time it was due and a number,
 * both of fixed width so that the load generator can find them without parsing.
 */
export interface BenchEvent {
  /** When it was due, monotonic µs plus `stampBase`. */
  readonly at: number
  /** 1, 2, 3 … per channel, plus `numberBase`. */
  readonly seq: number
}

/** The event of nearly all scenarios: 128 bytes of JSON. */
export interface PaddedEvent extends BenchEvent {
  readonly pad: string
}

/** Makes every time stamp 16 digits long. */
export const stampBase = 1_000_000_000_000_000

/** Makes every number 10 digits long. */
export const numberBase = 1_000_000_000

/** The length of an event as JSON, in bytes. */
export const eventBytes = 128

/** An event for a channel. */
export function makeEvent(dueUs: number, number: number): PaddedEvent {
  return { at: stampBase + dueUs, seq: numberBase + number, pad }
}

const frameBytes = JSON.stringify({ at: stampBase, seq: numberBase, pad: '' }).length
const pad = 'x'.repeat(eventBytes - frameBytes)
