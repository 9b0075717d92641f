import type { Position } from '../../protocol/position.ts'
import { positionIn } from '../../protocol/position-text.ts'
import { type Answer, invalid } from './answer.ts'

/** The value of a parameter, or the answer to one that is none. */
export type Read<TValue> =
  | { readonly ok: true; readonly value: TValue }
  | { readonly ok: false; readonly answer: Answer }

/** A whole number; more than `max` counts as `max`. */
export function numberFrom(
  query: URLSearchParams,
  name: string,
  {
    min,
    max,
    otherwise,
  }: { readonly min: number; readonly max: number; readonly otherwise: number },
): Read<number> {
  const text = query.get(name)
  if (text === null) return { ok: true, value: otherwise }
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min) return { ok: true, value: Math.min(value, max) }
  return { ok: false, answer: invalid(`${name} is a whole number, ${min} or more`) }
}

/** A position, `epoch:offset`; undefined when none is given. */
export function sinceFrom(query: URLSearchParams): Read<Position | undefined> {
  const text = query.get('since')
  if (text === null) return { ok: true, value: undefined }
  const value = positionIn(text)
  if (value !== null) return { ok: true, value }
  return { ok: false, answer: invalid('since is epoch:offset') }
}
