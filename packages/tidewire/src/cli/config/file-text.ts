import { readFileSync } from 'node:fs'

/**
 * A file that a config names, as text.
 *
 * @throws Error with the file and why it cannot be read, in words for an operator.
 */
export function textOfFile(file: string): string {
  return decoded(file, bytesOfFile(file))
}

function bytesOfFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Error(`${file}: ${unreadable(cause)}`, { cause })
  }
}

// Strict: a secret with a byte replaced would be another secret.
function decoded(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error(`${file}: the file is not UTF-8 text`, { cause })
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
