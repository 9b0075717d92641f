import { CliError } from '../cli-error.ts'
import { loadModule } from './config-module.ts'
import { textOfFile } from './file-text.ts'
import { readJson } from './json-text.ts'
import { withFilesFrom } from './merge.ts'

/**
 * What a config file says: a module when its name ends in .js or .mjs, else JSON.
 * Nobody has checked it.
 *
 * @throws CliError for a file that cannot be read, or is neither.
 */
export async function readConfigFile(file: string): Promise<unknown> {
  const content = contentOf(file)
  const value = /\.m?js$/.test(file) ? await loadModule(file) : parseJson(file, content)
  return withFilesFrom(value, file)
}

function contentOf(file: string): string {
  try {
    return textOfFile(file)
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function parseJson(file: string, content: string): unknown {
  const reading = readJson(content)
  if (reading.ok) return reading.value
  throw new CliError(`${file}:${reading.line}:${reading.column}: not JSON: ${reading.problem}`)
}
