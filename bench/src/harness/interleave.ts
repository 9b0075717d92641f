/**
 * Measures subjects in turn, A B C A B C …, so that what else the machine does
 * meets all of them alike.
 */
export async function interleave<TSubject extends { readonly name: string }, TResult>(
  subjects: readonly TSubject[],
  rounds: number,
  measure: (subject: TSubject) => Promise<TResult>,
): Promise<ReadonlyMap<string, readonly TResult[]>> {
  const results = new Map<string, TResult[]>()
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) {
      console.error(`  … ${subject.name}, round ${round + 1} of ${rounds}`)
      const soFar = results.get(subject.name) ?? []
      soFar.push(await measure(subject))
      results.set(subject.name, soFar)
    }
  }
  return results
}
