import { expect } from 'vitest'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import type { RawClient } from './raw-client.ts'

/** What the tests of rates send, and what is said to it (P-060). */

/** One token a second: what a test does at once is a burst, however slow the machine. */
export const slowly = { framesPerSecond: 1 }

/** A refusal of what came too early. */
export const tooMuch = {
  type: 'error',
  code: 'RATE_LIMITED',
  message: expect.any(String),
  retryAfterMs: expect.any(Number),
}

/** Calls that nobody answers but with an error. */
export function calls(count: number, first = 0): readonly { readonly id: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'call',
    id: first + index,
    method: 'm',
  }))
}

/** The next frames. */
export async function answersTo(client: RawClient, count: number): Promise<readonly ServerFrame[]> {
  const answers: ServerFrame[] = []
  while (answers.length < count) answers.push(await client.next())
  return answers
}

/** How many errors of each code. */
export function codesOf(answers: readonly ServerFrame[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const code = answer.type === 'error' ? answer.code : answer.type
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}
