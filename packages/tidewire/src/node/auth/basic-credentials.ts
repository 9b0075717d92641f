/**
 * A name and a password out of an `Authorization` header (RFC 7617).
 *
 * Strict where decoders are lenient: what is not exactly base64 of UTF-8 without
 * control characters is no credential, and nothing of it is kept.
 */
export interface BasicCredentials {
  readonly userName: string
  /** May hold colons. */
  readonly password: string
}

/** Null for a header of another scheme, or none; `malformed` for one of this scheme that says nothing. */
export function basicCredentialsIn(
  authorization: string | undefined,
): BasicCredentials | 'malformed' | null {
  if (authorization === undefined || !schemeShape.test(authorization)) return null
  const text = decoded(authorization.replace(schemeShape, '').trim())
  const colon = text?.indexOf(':') ?? -1
  // An empty name or password is what a directory may take for an anonymous
  // sign-in that succeeds.
  if (text === null || colon < 1 || colon === text.length - 1) return 'malformed'
  return { userName: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Beyond it nothing is decoded; room for some 1,500 bytes of name and password. */
const maxBase64Length = 2_048

const schemeShape = /^basic(?: +|$)/i
const base64Shape = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(base64: string): string | null {
  if (base64.length > maxBase64Length || !base64Shape.test(base64)) return null
  try {
    const text = utf8.decode(Buffer.from(base64, 'base64'))
    return controlCharacter.test(text) ? null : text
  } catch {
    return null
  }
}
