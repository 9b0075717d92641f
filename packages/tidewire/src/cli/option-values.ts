import { CliError } from './cli-error.ts'
import type { Asked } from './command.ts'

/** Reads what options say. Each throws a CliError that names the option and what it takes. */

/** @throws CliError when the option was not given. */
export function neededOption({ options }: Asked, name: string, value: string): string {
  const given = options.get(name)
  if (given === undefined) throw new CliError(`option --${name} ${value} is needed`)
  return given
}

/** @throws CliError for what is no whole number in the range. */
export function wholeOption({ options }: Asked, name: string, range: Range): number {
  const text = options.get(name)
  if (text === undefined) return range.otherwise
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= range.min && number <= range.max) return number
  throw new CliError(
    `option --${name}: expected a whole number from ${range.min} to ${range.max}, got ${shown(text)}`,
  )
}

export interface Range {
  readonly min: number
  readonly max: number
  readonly otherwise: number
}

/**
 * A time such as `90s`, `15m`, `1h` or `7d`, in ms.
 *
 * @throws CliError for anything else.
 */
export function durationOption({ options }: Asked, name: string, otherwise: string): number {
  const text = options.get(name) ?? otherwise
  const [, count, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (unitMs.get(unit) ?? Number.NaN)
  if (ms > 0) return ms
  throw new CliError(
    `option --${name}: expected a time such as 90s, 15m, 1h or 7d, got ${shown(text)}`,
  )
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** The items of a list with commas; undefined when the option was not given. */
export function listOption({ options }: Asked, name: string): readonly string[] | undefined {
  return options
    .get(name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
