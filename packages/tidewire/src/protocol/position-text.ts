import { isPosition, type Position } from './position.ts'

/**
 * Positions as text, for URLs, headers and the ids of server-sent events:
 * `epoch:offset`. Several are a list with commas, in the order of their
 * channels; a channel without a position has an empty place (P-070).
 */
export function positionText({ epoch, offset }: Position): string {
  return `${epoch}:${offset}`
}

/** Reads what `positionText` wrote; null for anything else. */
export function positionIn(text: string): Position | null {
  const [, epoch, offset] = textShape.exec(text) ?? []
  const position = { epoch, offset: Number(offset) }
  return isPosition(position) ? position : null
}

/** Reads a list of as many positions, undefined in empty places; null when it is no such list. */
export function positionsIn(text: string, count: number): readonly (Position | undefined)[] | null {
  const parts = text.split(',')
  if (parts.length !== count) return null
  const positions = parts.map((part) => (part === '' ? undefined : positionIn(part)))
  return positions.every(isNotNull) ? positions : null
}

// No sign, no fraction, no leading zeros: one text for one position.
const textShape = /^([^:]+):(0|[1-9]\d*)$/

function isNotNull<TValue>(value: TValue | null): value is TValue {
  return value !== null
}
