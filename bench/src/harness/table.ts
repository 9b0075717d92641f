/** A table as text: the first column to the left, the others to the right. */
export function formatTable(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => row.map(formatCell))]
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => (line[index] ?? '').length)),
  )
  const format = (line: readonly string[]) =>
    widths.map((width, index) => pad(line[index] ?? '', width, index)).join('  ')
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  const [head = [], ...body] = lines
  return [format(head), rule, ...body.map(format)].map((line) => line.trimEnd()).join('\n')
}

/** One line; numbers are rounded to three digits. */
export type Row = readonly (string | number)[]

/** A number with three significant digits, or all of its whole digits; a dash for none. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return `${Number(value.toPrecision(3))}`
}

function formatCell(cell: string | number): string {
  return typeof cell === 'number' ? formatNumber(cell) : cell
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width)
}
