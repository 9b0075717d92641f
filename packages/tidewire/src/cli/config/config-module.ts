import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CliError } from '../cli-error.ts'

/**
 * What a module exports as its config: `config`, else `default`. The value is
 * not looked at here.
 *
 * @throws CliError when the module cannot be loaded or exports neither.
 */
export async function loadModule(file: string): Promise<unknown> {
  const exported = await importFile(file)
  const found = exported['config'] ?? exported['default']
  if (found === undefined) {
    throw new CliError(`${file}: expected a default export or an export named config`)
  }
  return found
}

async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { href } = pathToFileURL(resolve(file))
  try {
    return await import(href)
  } catch (cause) {
    throw new CliError(`${file}${placeIn(href, cause)}: ${failure(cause, file)}`, { cause })
  }
}

// The message of a syntax or reference error quotes the source, and what
// stands there without quotes may be a secret.
function failure(cause: unknown, file: string): string {
  if (!(cause instanceof Error)) return 'the module throws something that is no Error'
  if (cause instanceof SyntaxError || cause instanceof ReferenceError) {
    return `${cause.name} in the module; see it with: node ${file}`
  }
  return `the module throws ${cause.name}: ${cause.message.split('\n', 1)[0]}`
}

/** `:line:column` in the module itself, when the stack has it. */
function placeIn(href: string, cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  const start = stack.indexOf(`${href}:`)
  if (start === -1) return ''
  return /^(?::\d+)+/.exec(stack.slice(start + href.length))?.[0] ?? ''
}
