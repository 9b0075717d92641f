import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Which core runs what: the server under test has one to itself, everything
 * else is on another. Without `taskset`, or with one core, nothing is pinned.
 */
export interface Cores {
  readonly server: number | null
  readonly load: number | null
}

const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['-p', `${process.pid}`]).status === 0

/** The second core is the server's: the first one handles more of the machine's interrupts. */
export const cores: Cores = canPin ? { server: 1, load: 0 } : { server: null, load: null }

/** A command line that runs on one core only; null for any. */
export function pinned(core: number | null, commandLine: readonly string[]): CommandLine {
  const full = core === null ? commandLine : ['taskset', '-c', `${core}`, ...commandLine]
  const [command = '', ...args] = full
  return { command, args }
}

/** What `spawn` takes. */
export interface CommandLine {
  readonly command: string
  readonly args: string[]
}
