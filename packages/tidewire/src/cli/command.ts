import type { Environment } from './config/overrides.ts'

/** One thing `tidewire` can do: how it is asked for, and what it then does. */
export interface Command {
  readonly name: string
  /** What it does, in a few words. */
  readonly about: string
  /** The words that follow its name, all needed: `CHANNEL`. */
  readonly words: readonly string[]
  /** Its options by name, without dashes. */
  readonly options: Readonly<Record<string, Option>>
  /**
   * Does it; resolves when it is done, which is exit code 0.
   *
   * @throws CliError for a mistake the operator can put right.
   */
  run(asked: Asked, surroundings: Surroundings): Promise<void>
}

/** An option; each takes a value. */
export interface Option {
  /** What stands for its value in the usage: `FILE`. */
  readonly value: string
  readonly about: string
  readonly short?: string
}

/** What was asked for. */
export interface Asked {
  readonly words: readonly string[]
  readonly options: ReadonlyMap<string, string>
}

/** What a command works with. */
export interface Surroundings {
  readonly environment: Environment
  /** Results, one line each: stdout. */
  readonly print: (line: string) => void
  /** Everything else: stderr. */
  readonly complain: (line: string) => void
}
