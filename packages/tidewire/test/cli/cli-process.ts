import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Inbox } from '../support/inbox.ts'

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Starts the built program; it is gone with the test that declares it `await using`. */
export function startCli(...args: readonly string[]): CliProcess {
  return startCliWith({}, ...args)
}

/** The same, with variables, and with text on stdin. */
export function startCliWith(
  { input, ...environment }: { readonly [name: string]: string | undefined; input?: string },
  ...args: readonly string[]
): CliProcess {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...withoutOurs(process.env), ...environment },
  })
  // A process that ended before it read is for the test to see, not for the pipe.
  child.stdin.on('error', () => undefined).end(input)
  const lines = new Inbox<string>(String)
  const complaints = new Inbox<string>(String)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  createInterface(child.stdout).on('line', (line) => lines.put(line))
  createInterface(child.stderr).on('line', (line) => complaints.put(line))
  const ended = once(child, 'close').then(([code]) => {
    lines.end(`exit code ${code}, stderr: ${output.stderr}`)
    complaints.end(`exit code ${code}`)
    return { code, ...output }
  })
  return {
    nextLine: () => lines.take(),
    async complaint(part) {
      for (;;) {
        const line = await complaints.take()
        if (line.includes(part)) return line
      }
    },
    closeOutput() {
      child.stdout.destroy()
      child.stderr.destroy()
    },
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
  /** The next line of stderr that has a text in it. */
  complaint(part: string): Promise<string>
  /** Nobody reads what it prints any more. */
  closeOutput(): void
  kill(signal: NodeJS.Signals): void
  /** How it ended, with everything it printed; `code` is null after a signal. */
  ended(): Promise<CliOutcome>
}

interface CliOutcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What the machine that runs the tests has set is not for them. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(environment).filter((name) => !name.startsWith('TIDEWIRE_'))
  return Object.fromEntries(names.map((name) => [name, environment[name]]))
}
