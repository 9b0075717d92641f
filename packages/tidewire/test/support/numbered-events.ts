import type { ServerFrame } from '../../src/protocol/frames.ts'
import { payloadsIn } from './payloads-in.ts'

/** What became of numbered events, for one reader. */
export interface Account {
  /** Of those that came, as they came. */
  readonly indexes: readonly number[]
  /** How many were told as missed. */
  readonly missed: number
}

/** Reads until the last of `count` events has come, or all of them are accounted for. */
export async function accountOf(count: number, next: () => Promise<ServerFrame>): Promise<Account> {
  const indexes: number[] = []
  let missed = 0
  while (indexes.length + missed < count && indexes.at(-1) !== count) {
    const frame = await next()
    if (frame.type === 'gap') missed += frame.missed ?? 0
    indexes.push(...indexesIn(frame))
  }
  return { indexes, missed }
}

/** The numbers of the events in a frame. */
export function indexesIn(frame: ServerFrame): readonly number[] {
  return payloadsIn(frame).map(indexOf)
}

/** Event number so and so, large enough that a few fill the buffers of a socket. */
export function numbered(index: number): { readonly index: number; readonly filler: string } {
  return { index, filler: 'x'.repeat(40_000) }
}

function indexOf(payload: unknown): number {
  // Published as `numbered` makes it.
  return (payload as { readonly index: number }).index
}
