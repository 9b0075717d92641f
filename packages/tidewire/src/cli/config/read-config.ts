import { readFile } from 'node:fs/promises'
import { CliError } from '../cli-error.ts'
import { loadModule } from './config-module.ts'
import { readJson } from './json-text.ts'
import { Place } from './place.ts'
import { type ServeConfig, serveConfigShape } from './serve-config.ts'

/**
 * Reads a config file: a module when its name ends in .js or .mjs, else JSON.
 *
 * @throws CliError with everything that is wrong, one line each.
 */
export async function readConfig(file: string): Promise<ServeConfig> {
  const bytes = await readBytes(file)
  const value = /\.m?js$/.test(file) ? await loadModule(file) : parseJson(file, bytes)
  const problems: string[] = []
  const config = serveConfigShape.read(value, new Place(problems))
  if (config === undefined || problems.length > 0) {
    throw new CliError(problems.map((problem) => `${file}: ${problem}`))
  }
  return config
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new CliError(`${file}: ${unreadable(cause)}`, { cause })
  }
}

function unreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  switch (code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EISDIR':
      return 'this is a directory, not a file'
    case 'EACCES':
      return 'this user may not read the file'
    default:
      return `the file cannot be read (${String(code)})`
  }
}

function parseJson(file: string, bytes: Buffer): unknown {
  const reading = readJson(decode(file, bytes))
  if (reading.ok) return reading.value
  throw new CliError(`${file}:${reading.line}:${reading.column}: not JSON: ${reading.problem}`)
}

// Strict: a secret with a byte replaced would be another secret.
function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new CliError(`${file}: not JSON: the file is not UTF-8 text`, { cause })
  }
}
