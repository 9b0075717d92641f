/** The value in the middle; the mean of the two in the middle of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  return (lower + upper) / 2
}

/** Of records with the same numbers: a record of the medians, field by field. */
export function medians<TRecord extends object>(
  records: readonly (TRecord & Readonly<Record<keyof TRecord, number>>)[],
): TRecord {
  const [first] = records
  if (first === undefined) throw new Error('no median of nothing')
  // Every field of a record is a number, and every one gets a number.
  const fields = Object.keys(first) as (keyof TRecord)[]
  const entries = fields.map((field) => [field, median(records.map((record) => record[field]))])
  return Object.fromEntries(entries) as TRecord
}

/** How far apart the values are: (largest − smallest) / median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}
