import { isChannelName } from './channel-name.ts'

/**
 * Patterns under which an application declares its channels: `news`,
 * `chat:{room}`, `game/{id}/moves`.
 *
 * A `{param}` stands for one or more characters other than `:` and `/`, so the
 * parts of a name keep their places and no pattern swallows its neighbours.
 */
export interface ChannelPattern {
  readonly source: string
  /** Names in the order they stand. */
  readonly params: readonly string[]
  /** The params of a name that fits, null for one that does not. */
  match(name: string): ChannelParams | null
}

/** The values a name gives to the params of its pattern. */
export type ChannelParams = Readonly<Record<string, string>>

const paramShape = /\{([A-Za-z][A-Za-z0-9_]*)\}/g

/**
 * Compiles a pattern.
 *
 * @throws TypeError for a pattern that no channel name could ever fit, or that
 *   names a param twice: the mistake is the programmer's, so it is told at once.
 */
export function compilePattern(source: string): ChannelPattern {
  const params = [...source.matchAll(paramShape)].map((match) => match[1] ?? '')
  assertUsable(source, params)
  const expression = patternExpression(source)
  return {
    source,
    params,
    match(name) {
      const found = expression.exec(name)
      if (found === null) return null
      return Object.fromEntries(params.map((param, index) => [param, found[index + 1] ?? '']))
    },
  }
}

function assertUsable(source: string, params: readonly string[]): void {
  // One letter is the least a param stands for: if that is no name, none is.
  if (!isChannelName(source.replaceAll(paramShape, 'x'))) {
    throw new TypeError(
      `channel pattern ${JSON.stringify(source)} must be a name of A-Z a-z 0-9 _ - . ~ @ = + , ! / : and {params}`,
    )
  }
  if (new Set(params).size !== params.length) {
    throw new TypeError(`channel pattern ${JSON.stringify(source)} names a param twice`)
  }
}

function patternExpression(source: string): RegExp {
  const parts = source.split(paramShape)
  // split() with one group alternates literal, param, literal, …
  const body = parts.map((part, index) => (index % 2 === 0 ? quoted(part) : '([^:/]+)')).join('')
  return new RegExp(`^${body}$`)
}

function quoted(literal: string): string {
  return literal.replaceAll(/[.+\-/]/g, '\\$&')
}
