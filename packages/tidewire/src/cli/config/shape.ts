import { didYouMean } from '../did-you-mean.ts'
import type { Place } from './place.ts'

/**
 * A small declarative reader: data nobody has checked in, a type out, and
 * everything that is wrong with it said at its place.
 *
 * A value is shown back to the operator only where it is one of a few words or
 * a number; of any other text only its kind is told, as it may be a secret.
 */
export interface Shape<T> {
  /** What a right value is, to stand after "expected". */
  readonly expected: string
  /** Set on a key that an object must have. */
  readonly isRequired?: true
  /** The value as T; undefined after its problems were told to the place. */
  read(value: unknown, place: Place): T | undefined
}

/** The shape of a key that must be there. */
export interface RequiredShape<T> extends Shape<T> {
  readonly isRequired: true
}

/** One shape for each key of T; those T cannot lack are `required(…)`. */
export type FieldsOf<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? Shape<Exclude<T[K], undefined>>
    : RequiredShape<T[K]>
}

/** Makes a key one that must be there. */
export function required<T>(shape: Shape<T>): RequiredShape<T> {
  return { ...shape, isRequired: true }
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  const expected = listed(words.map((word) => JSON.stringify(word)))
  return {
    expected,
    read(value, place) {
      const found = words.find((word) => word === value)
      if (found !== undefined) return found
      const hint = typeof value === 'string' ? didYouMean(value, words) : ''
      return place.refuse(`expected ${expected}, got ${shown(value)}${hint}`)
    },
  }
}

/** `true` or `false`. */
export const boolean: Shape<boolean> = {
  expected: 'true or false',
  read(value, place) {
    if (typeof value === 'boolean') return value
    return place.refuse(`expected true or false, got ${shown(value)}`)
  },
}

/** A whole number that JSON can hold exactly, and no more than `max`. */
export function wholeNumber(min: number, max?: number): Shape<number> {
  return wholeNumberOf('a whole number', min, max)
}

/** A time in ms; the bounds are where somebody has thought of another unit. */
export function milliseconds(min: number, max?: number): Shape<number> {
  return wholeNumberOf('whole ms', min, max)
}

function wholeNumberOf(
  kind: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): Shape<number> {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `${kind}, ${min} or more` : `${kind} from ${min} to ${max}`
  return {
    expected,
    read(value, place) {
      const isWhole = typeof value === 'number' && Number.isSafeInteger(value)
      if (isWhole && value >= min && value <= max) return value
      return place.refuse(`expected ${expected}, got ${shown(value)}`)
    },
  }
}

/** Text in which `problemOf` finds nothing wrong; what it answers must not hold the text. */
export function text(expected: string, problemOf: (value: string) => string | null): Shape<string> {
  return {
    expected,
    read(value, place) {
      if (typeof value !== 'string')
        return place.refuse(`expected ${expected}, got ${kindOf(value)}`)
      const problem = problemOf(value)
      return problem === null ? value : place.refuse(problem)
    },
  }
}

/** A list of what one shape reads. */
export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  const expected = `a list, each of it ${shape.expected}`
  return {
    expected,
    read(value, place) {
      if (!Array.isArray(value)) return place.refuse(`expected ${expected}, got ${kindOf(value)}`)
      return value.flatMap((item, index) => {
        const read = shape.read(item, place.item(index))
        return read === undefined ? [] : [read]
      })
    },
  }
}

/** An object with these keys and no others. A key whose value is undefined is not there. */
export function object<T extends object>(fields: FieldsOf<T>): Shape<T> {
  const expected = 'an object'
  const shapes = Object.entries<Shape<unknown>>(fields)
  return {
    expected,
    read(value, place) {
      if (!isObject(value)) return place.refuse(`expected ${expected}, got ${kindOf(value)}`)
      const told = place.count
      const entries = shapes.flatMap(([key, shape]) => readField(value, key, shape, place))
      refuseOthers(value, Object.keys(fields), place)
      // Every key of T was read with its shape, or a problem was told.
      return place.count === told ? (Object.fromEntries(entries) as T) : undefined
    },
  }
}

/** An object with keys of the operator's choice, in which `problemOf` finds nothing wrong. */
export function mapOf<T>(
  shape: Shape<T>,
  expected: string,
  problemOf: (key: string) => string | null,
): Shape<Readonly<Record<string, T>>> {
  return {
    expected,
    read(value, place) {
      if (!isObject(value)) return place.refuse(`expected ${expected}, got ${kindOf(value)}`)
      const entries = Object.entries(value).flatMap(([key, entry]) => {
        const problem = problemOf(key)
        if (problem !== null) place.refuse(problem)
        const read = shape.read(entry, place.at(key))
        return read === undefined ? [] : [[key, read] as const]
      })
      return Object.fromEntries(entries)
    },
  }
}

/** A shape with a rule between its parts, asked when each of them is right. */
export function checked<T>(shape: Shape<T>, check: (value: T, place: Place) => void): Shape<T> {
  return {
    expected: shape.expected,
    read(value, place) {
      const told = place.count
      const read = shape.read(value, place)
      if (read !== undefined && place.count === told) check(read, place)
      return read
    },
  }
}

/**
 * A shape whose values something else has the last word about: what `accept` throws
 * is the problem. Its message must not hold the value.
 */
export function acceptedBy<T>(shape: Shape<T>, accept: (value: T) => unknown): Shape<T> {
  return checked(shape, (value, place) => {
    isAccepted(place, () => accept(value))
  })
}

/** Whether something throws nothing; what it throws is the problem of a place. */
export function isAccepted(place: Place, accept: () => unknown): boolean {
  try {
    accept()
    return true
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    // What the engine calls the option is here the place.
    place.refuse(problem.replace(/^[a-z]\w*: /i, ''))
    return false
  }
}

type Unchecked = Readonly<Record<string, unknown>>

function readField(
  value: Unchecked,
  key: string,
  shape: Shape<unknown>,
  place: Place,
): (readonly [string, unknown])[] {
  const field = value[key]
  if (field !== undefined) return [[key, shape.read(field, place.at(key))]]
  if (shape.isRequired) place.at(key).refuse(`expected ${shape.expected}, but it is missing`)
  return []
}

function refuseOthers(value: Unchecked, known: readonly string[], place: Place): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    place.at(key).refuse(`unknown key, expected ${listed(known)}${didYouMean(key, known)}`)
  }
}

function isObject(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Words to choose from: `a, b or c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function shown(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
