/**
 * One page of names in their order: the first `limit` that come after `after`.
 *
 * One pass over all of them and nothing is sorted but the page, because there
 * may be 100,000. Names that come and go between two pages are on one, or on
 * none; those that stay are on exactly one.
 */
export function pageOf(names: Iterable<string>, { after, limit }: Page): readonly string[] {
  const page: string[] = []
  for (const name of names) {
    if (name <= after) continue
    if (page.length === limit && name >= (page.at(-1) ?? '')) continue
    page.splice(placeOf(name, page), 0, name)
    if (page.length > limit) page.pop()
  }
  return page
}

/** Which page. */
export interface Page {
  /** The last name of the page before; empty for the first. */
  readonly after: string
  readonly limit: number
}

function placeOf(name: string, sorted: readonly string[]): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < name) low = middle + 1
    else high = middle
  }
  return low
}
