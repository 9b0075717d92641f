/**
 * One line of comma-separated values, RFC 4180 quoting: commas may stand in
 * quotes, and a doubled quote is one. A quote that never closes ends with the line.
 */

/** The fields of `line`, at most `most` of them; what follows is not read. */
export function readCsvFields(line: string, most: number): readonly string[] {
  const fields: string[] = []
  let position = 0
  while (fields.length < most) {
    if (line[position] === '"') {
      const end = endOfQuoted(line, position + 1)
      fields.push(line.slice(position + 1, end).replaceAll('""', '"'))
      position = line.indexOf(',', end)
    } else {
      const comma = line.indexOf(',', position)
      fields.push(line.slice(position, comma === -1 ? line.length : comma))
      position = comma
    }
    if (position === -1) break
    position++
  }
  return fields
}

/** The index of the closing quote. */
function endOfQuoted(line: string, start: number): number {
  let quote = line.indexOf('"', start)
  while (quote !== -1 && line[quote + 1] === '"') quote = line.indexOf('"', quote + 2)
  return quote === -1 ? line.length : quote
}
