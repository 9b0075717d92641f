/**
 * Where in a config the reader is, and what it found wrong so far: all places
 * of one reading share one list of problems.
 */
export class Place {
  readonly #path: string
  readonly #problems: Problem[]

  /** The whole config; problems go to the list that is given. */
  constructor(problems: Problem[], path = '') {
    this.#problems = problems
    this.#path = path
  }

  /** How many problems there are, anywhere. */
  get count(): number {
    return this.#problems.length
  }

  /** One key further: `limits.maxChannels`, `channels["chat:{room}"]`. */
  at(key: string): Place {
    const path = isPlain(key) ? `${this.#path}.${key}` : `${this.#path}[${quoted(key)}]`
    return new Place(this.#problems, this.#path === '' && isPlain(key) ? key : path)
  }

  /** One item of a list: `apiKeys[0]`. */
  item(index: number): Place {
    return new Place(this.#problems, `${this.#path}[${index}]`)
  }

  /** Tells a problem here. The answer is for `return place.refuse(…)`. */
  refuse(problem: string): undefined {
    this.#problems.push({ path: this.#path, problem })
  }
}

/** Something that is wrong, and where; the whole config has an empty path. */
export interface Problem {
  readonly path: string
  readonly problem: string
}

/** A problem as a line, without the source it is in. */
export function problemText({ path, problem }: Problem): string {
  return path === '' ? problem : `${path}: ${problem}`
}

function isPlain(key: string): boolean {
  return /^[A-Za-z_$][\w$]{0,59}$/.test(key)
}

function quoted(key: string): string {
  return JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key)
}
