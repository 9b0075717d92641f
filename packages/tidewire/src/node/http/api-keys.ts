import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Grant } from '../../core/ports/auth.ts'
import { type ChannelPattern, compilePattern } from '../../protocol/channel-pattern.ts'

/**
 * The keys of backends: `twk_<id>_<secret>` in `Authorization: Bearer`. A server
 * knows the hash of the secret only.
 */
export interface ApiKeyOptions {
  /** Tells keys apart, in logs too: 1 to 64 letters, digits or `-`. */
  readonly id: string
  /** The SHA-256 of the secret, in hex: `createApiKey` makes both. */
  readonly secretHash: string
  /** What it may do: `publish`, `read` channels, list `connections`, `disconnect` users, read `metrics`. */
  readonly scopes: readonly Scope[]
  /** The channels it may publish to and read, by pattern. Default: all that are declared. */
  readonly channels?: readonly string[] | undefined
}

/** A part of what a backend can do. */
export type Scope = 'publish' | 'read' | 'connections' | 'disconnect' | 'metrics'

const allScopes: readonly Scope[] = ['publish', 'read', 'connections', 'disconnect', 'metrics']

/** A new key: the token is for the backend and is kept nowhere else, the hash for the server's options. */
export function createApiKey(id: string): { readonly token: string; readonly secretHash: string } {
  if (!idShape.test(id)) throw new TypeError(badId(id))
  const secret = randomBytes(32).toString('base64url')
  return { token: `${prefix}${id}_${secret}`, secretHash: hashOf(secret).toString('hex') }
}

/** The keys a server takes. */
export class ApiKeys {
  readonly #keys: ReadonlyMap<string, ApiKey>

  /** @throws TypeError for a key that could never be used, or is there twice. */
  constructor(options: readonly ApiKeyOptions[]) {
    this.#keys = new Map(options.map((key) => [key.id, keyOf(key)]))
    if (this.#keys.size < options.length) throw new TypeError('apiKeys: an id is there twice')
    assertOwnSecrets(options)
  }

  /** The key a token is; null for none. As fast for an id that nobody has. */
  find(token: string): ApiKey | null {
    const [, id = '', secret = ''] = tokenShape.exec(token) ?? []
    const key = this.#keys.get(id)
    const isRight = timingSafeEqual(hashOf(secret), key?.hash ?? nobodysHash)
    return isRight && key !== undefined ? key : null
  }
}

/** Whether a token says of itself that it is a key, right or wrong. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith(prefix)
}

/** One key: what it may do, whatever channels declare for users. */
export interface ApiKey extends Grant {
  readonly id: string
  readonly hash: Buffer
  readonly scopes: ReadonlySet<Scope>
}

const prefix = 'twk_'
const tokenShape = /^twk_([A-Za-z\d-]{1,64})_(.+)$/
const idShape = /^[A-Za-z\d-]{1,64}$/
const hashShape = /^[\da-f]{64}$/i
const nobodysHash = randomBytes(32)

function keyOf({ id, secretHash, scopes, channels }: ApiKeyOptions): ApiKey {
  if (!idShape.test(id)) throw new TypeError(badId(id))
  if (!hashShape.test(secretHash)) {
    throw new TypeError(`apiKeys: secretHash of ${id} is the SHA-256 of a secret, in 64 hex digits`)
  }
  const unknown = scopes.find((scope) => !allScopes.includes(scope))
  if (unknown !== undefined || scopes.length === 0) {
    throw new TypeError(`apiKeys: scopes of ${id} are some of ${allScopes.join(', ')}`)
  }
  const hash = Buffer.from(secretHash, 'hex')
  if (hash.equals(hashOf(''))) {
    throw new TypeError(`apiKeys: secretHash of ${id} is that of nothing`)
  }
  const granted: ReadonlySet<Scope> = new Set(scopes)
  const patterns = channels?.map(compilePattern) ?? null
  return {
    id,
    hash,
    scopes: granted,
    allows: (act, channel) => granted.has(act) && isAmong(patterns, channel),
  }
}

// One that leaks is taken back by its id, and the other would still be there.
function assertOwnSecrets(options: readonly ApiKeyOptions[]): void {
  const idOf = new Map<string, string>()
  for (const { id, secretHash } of options) {
    const hash = secretHash.toLowerCase()
    const other = idOf.get(hash)
    if (other !== undefined) throw new TypeError(`apiKeys: ${other} and ${id} have one secret`)
    idOf.set(hash, id)
  }
}

function isAmong(patterns: readonly ChannelPattern[] | null, channel: string): boolean {
  return patterns === null || patterns.some((pattern) => pattern.match(channel) !== null)
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function badId(id: string): string {
  return `apiKeys: an id is 1 to 64 letters, digits or "-", not ${JSON.stringify(id)}`
}
