import type { FuzzCase, Step } from './fuzz-case.ts'

/**
 * The least of a case that still fails: whole steps are left out first, then
 * halves of what is written, then quarters, as long as the rest still fails.
 *
 * @param fails whether a case does what it is not to do; asked often. Null: there
 *   is no time left to tell, and what was found so far is the answer.
 */
export async function shrink(
  found: FuzzCase,
  fails: (smaller: FuzzCase) => Promise<boolean | null>,
): Promise<FuzzCase> {
  let { steps } = found
  const stillFails = (smaller: readonly Step[]) => fails({ ...found, steps: smaller })
  steps = await leaveOut(steps, (kept) => kept, stillFails)
  for (const [at, step] of steps.entries()) {
    if (step.kind !== 'write') continue
    const withBytes = (bytes: readonly number[]) =>
      steps.with(at, { kind: 'write', bytes: Buffer.from(bytes) })
    const kept = await leaveOut([...step.bytes], withBytes, stillFails)
    steps = withBytes(kept)
  }
  return { ...found, steps }
}

/** Leaves out stretches, from halves down to single items, until nothing can be spared. */
async function leaveOut<TItem>(
  items: readonly TItem[],
  stepsOf: (kept: readonly TItem[]) => readonly Step[],
  stillFails: (steps: readonly Step[]) => Promise<boolean | null>,
): Promise<readonly TItem[]> {
  let kept = items
  for (let length = Math.ceil(kept.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at < kept.length; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + length)]
      const isFailing = await stillFails(stepsOf(fewer))
      if (isFailing === null) return kept
      if (isFailing) kept = fewer
      else at += length
    }
  }
  return kept
}
