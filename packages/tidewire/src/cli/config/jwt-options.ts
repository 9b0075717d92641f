import type { JwtAuthOptions } from '../../node/index.ts'
import { textOfFile } from './file-text.ts'
import type { ServedJwt } from './serve-config.ts'

/**
 * What a config says of tokens, as `jwtAuth` takes it: the files are read.
 *
 * @throws Error for a file that cannot be read, TypeError without any source.
 */
export function jwtOptionsOf(given: ServedJwt): JwtAuthOptions {
  const { secret, secretFile, publicKeyFile, jwksUrl, ...checks } = given
  if (secret !== undefined) return { ...checks, secret }
  if (secretFile !== undefined) return { ...checks, secret: secretIn(secretFile) }
  if (publicKeyFile !== undefined) return { ...checks, publicKey: textOfFile(publicKeyFile) }
  if (jwksUrl !== undefined) return { ...checks, jwksUrl }
  throw new TypeError('a source of keys is missing')
}

/**
 * The secret in a file. Editors and `echo` end it with a line break that nobody means.
 *
 * @throws Error for a file that cannot be read.
 */
export function secretIn(file: string): string {
  return textOfFile(file).replace(/\r?\n$/, '')
}
