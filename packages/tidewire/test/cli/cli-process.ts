import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Inbox } from '../support/inbox.ts'

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Starts the built program; it is gone with the test that declares it `await using`. */
export function startCli(...args: readonly string[]): CliProcess {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = new Inbox<string>(String)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  createInterface(child.stdout).on('line', (line) => lines.put(line))
  const ended = once(child, 'close').then(([code]) => {
    lines.end(`exit code ${code}, stderr: ${output.stderr}`)
    return { code, ...output }
  })
  return {
    nextLine: () => lines.take(),
    kill: (signal) => child.kill(signal),
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export interface CliProcess extends AsyncDisposable {
  /** The next line of stdout; fails when the process ends before. */
  nextLine(): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** How it ended, with everything it printed; `code` is null after a signal. */
  ended(): Promise<CliOutcome>
}

interface CliOutcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}
