import { CliError } from './cli-error.ts'
import { parseCommandLine, type ServeCommand } from './command-line.ts'
import { readConfig } from './config/read-config.ts'
import { lineLogger } from './line-logger.ts'
import { serve } from './serve.ts'
import { stopSignal } from './stop-signal.ts'
import { helpText, version } from './usage.ts'

/**
 * Runs one command line to its end and answers with the exit code. Results go
 * to stdout; mistakes and the log go to stderr.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await runCommand(args)
    return 0
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    for (const line of error.lines) console.error(`tidewire: ${line}`)
    return 1
  }
}

async function runCommand(args: readonly string[]): Promise<void> {
  const command = parseCommandLine(args)
  switch (command.kind) {
    case 'help':
      return console.log(helpText())
    case 'version':
      return console.log(version())
    case 'serve':
      return runServer(command)
  }
}

async function runServer({ configFile, port, host }: ServeCommand): Promise<void> {
  const config = await readConfig(configFile)
  const logger = lineLogger((line) => console.error(line))
  const server = await serve({ config, port, host, logger })
  const stopped = stopSignal()
  console.log(`listening on ${server.url}`)
  await stopped
  await server.close()
}
