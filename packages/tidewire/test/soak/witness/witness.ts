import { setTimeout as later } from 'node:timers/promises'
import type { Target } from '../messages.ts'
import { NumberCheck } from './number-check.ts'

/**
 * A client that does everything right while others do not. The server publishes
 * numbers; a witness has to get each of them, by the way it came in.
 */
export abstract class Witness implements AsyncDisposable {
  /** How it came in: `WebSocket`, `SDK`, `stream`. */
  abstract readonly name: string
  readonly numbers: NumberCheck = new NumberCheck()

  /** Resolves when it has begun to get numbers. */
  abstract begin(target: Target): Promise<void>

  abstract [Symbol.asyncDispose](): Promise<void>

  /** What went wrong, with its name; null while all is well. */
  get failure(): string | null {
    const { failure } = this.numbers
    return failure === null ? null : `the witness by ${this.name} ${failure}`
  }

  /** Waits for the last number; one that does not come is a failure. */
  async expect(last: number): Promise<void> {
    const { numbers } = this
    for (let patience = 100; patience > 0 && numbers.newest < last; patience -= 1) await later(100)
    if (numbers.newest !== last) numbers.fail(`has numbers up to ${numbers.newest}, not ${last}`)
  }
}

/** Waits until something has come; that nothing does is a failure. */
export async function begun(numbers: NumberCheck): Promise<void> {
  for (let patience = 100; patience > 0; patience -= 1) {
    if (numbers.received > 0 || numbers.failure !== null) return
    await later(100)
  }
  numbers.fail('got nothing at all')
}

/** The frames with events in them, as they come over the wire. */
export interface EventFrame {
  readonly type: string
  readonly payload?: unknown
  readonly events?: readonly { readonly payload: unknown }[]
  readonly to?: { readonly offset: number } | null
}

/** Passes what is in a frame on to a check; false for a frame without events. */
export function takeFrame(numbers: NumberCheck, frame: EventFrame): boolean {
  if (frame.type === 'message') numbers.take(frame.payload)
  else if (frame.type === 'batch')
    for (const { payload } of frame.events ?? []) numbers.take(payload)
  // Nobody but the server publishes here, so offsets are its numbers.
  else if (frame.type === 'gap' && frame.to) numbers.skipTo(frame.to.offset)
  else return false
  return true
}
