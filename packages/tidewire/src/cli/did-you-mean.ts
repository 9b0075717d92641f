/** ` (did you mean "x"?)` for the candidate that is closest to a word, or nothing when none is close. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = closest(word, candidates)
  return found === null ? '' : ` (did you mean ${JSON.stringify(found)}?)`
}

function closest(word: string, candidates: readonly string[]): string | null {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  if (best === undefined) return null
  return best.distance <= Math.max(1, best.candidate.length * 0.4) ? best.candidate : null
}

// A name that was cut short is close, however much of it is missing.
function distanceOf(word: string, candidate: string): number {
  const [a, b] = [word.toLowerCase(), candidate.toLowerCase()]
  if (a.length >= 3 && b.startsWith(a)) return 1
  return Math.abs(a.length - b.length) > 4 ? Number.POSITIVE_INFINITY : editDistance(a, b)
}

/** How many letters must be put in, left out or changed (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...b].entries()) {
      const replaced = at(previous, column) + (letter === other ? 0 : 1)
      current.push(Math.min(replaced, at(previous, column + 1) + 1, at(current, column) + 1))
    }
    previous = current
  }
  return at(previous, previous.length - 1)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
