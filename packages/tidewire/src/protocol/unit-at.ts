const { charCodeAt } = String.prototype

/**
 * A UTF-16 unit of a text, for loops over all of them; NaN behind the last.
 *
 * Not `text.charCodeAt(index)`: V8 looks a method up by the kind of text, flat,
 * joined or sliced, of one byte or of two. Where a loop has met more than four
 * kinds it looks it up again for every unit, which is ten times as slow, and
 * hundreds of times where its cache has bad luck, for as long as the process lives.
 */
export function unitAt(text: string, index: number): number {
  return charCodeAt.call(text, index)
}
