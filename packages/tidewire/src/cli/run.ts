import { CliError } from './cli-error.ts'
import type { Surroundings } from './command.ts'
import { parseCommandLine } from './command-line.ts'
import { benchCommand } from './commands/bench.ts'
import { checkCommand } from './commands/check.ts'
import { healthCommand } from './commands/health.ts'
import { passwordCommand } from './commands/password.ts'
import { publishCommand } from './commands/publish.ts'
import { serveCommand } from './commands/serve.ts'
import { tailCommand } from './commands/tail.ts'
import { tokenCommand } from './commands/token.ts'
import { commandHelp, helpText, version } from './usage.ts'

/**
 * Runs one command line to its end and answers with the exit code. Results go
 * to stdout; mistakes and the log go to stderr.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await runCommand(args, {
      environment: process.env,
      print: (line) => console.log(line),
      complain: (line) => console.error(line),
    })
    return 0
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    for (const line of error.lines) console.error(`tidewire: ${line}`)
    return 1
  }
}

const commands = [
  serveCommand,
  checkCommand,
  tailCommand,
  publishCommand,
  tokenCommand,
  passwordCommand,
  healthCommand,
  benchCommand,
]

async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<void> {
  const line = parseCommandLine(args, commands)
  switch (line.kind) {
    case 'help':
      return surroundings.print(
        line.command === null ? helpText(commands) : commandHelp(line.command),
      )
    case 'version':
      return surroundings.print(version())
    case 'run':
      return line.command.run(line.asked, surroundings)
  }
}
