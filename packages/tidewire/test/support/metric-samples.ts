/** Samples of a text in Prometheus' format, by name and labels, as they stand in it. */
export function samplesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

/** Those of one metric that are not 0, by the value of a label. */
export function valuesOf(
  text: string,
  metric: string,
  label: string,
): Readonly<Record<string, number>> {
  const prefix = `${metric}{${label}="`
  const entries = [...samplesIn(text)]
    .filter(([name, value]) => name.startsWith(prefix) && value !== 0)
    .map(([name, value]) => [name.slice(prefix.length, -'"}'.length), value])
  return Object.fromEntries(entries)
}
