import { CliError } from '../cli-error.ts'
import { readConfigJson } from './config-json.ts'
import { loadModule } from './config-module.ts'
import { textOfFile } from './file-text.ts'
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
  const reading = readConfigJson(content)
  if (reading.ok) return reading.value
  const { line, column, problem } = reading
  throw new CliError(`${file}:${line}:${column}: ${problem}${hintFor(file)}`)
}

// Why it is none is seen best from afar.
function hintFor(file: string): string {
  return /\.(?:ya?ml|toml|ini|[cm]?ts)$/.test(file)
    ? '; a config is JSON, or a module whose name ends in .js or .mjs'
    : ''
}
