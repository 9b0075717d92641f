import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AuthContext, AuthOutcome, Identity } from '../../core/ports/auth.ts'
import type { RequestStrategy } from './auth-strategy.ts'
import { basicCredentialsIn } from './basic-credentials.ts'

/**
 * The strategy for HTTP Basic: a name and a password with every handshake.
 *
 * Who brings none is asked for them where a credential is required (401 with
 * the challenge); wrong or malformed ones, and an empty name or password, are
 * refused (403). Only over TLS: Basic hides nothing.
 *
 * @throws TypeError for a realm that cannot be written in a header, and for an
 *   empty list of users.
 * @example
 * createTidewire({ channels, auth: { mode: 'required', strategies: [
 *   basicAuth({ realm: 'control room', users: { ada: passwordOfAda } }),
 * ] } })
 */
export function basicAuth(options: BasicAuthOptions): RequestStrategy {
  const verify = options.users === undefined ? options.verify : verifierOf(options.users)
  return {
    name: 'basic',
    isAmbient: true,
    challenge: `Basic realm="${quotable(options.realm)}", charset="UTF-8"`,
    async verifyRequest(request, context): Promise<AuthOutcome> {
      const credentials = basicCredentialsIn(request.headers.authorization)
      if (credentials === null) return { kind: 'absent' }
      if (credentials === 'malformed') return { kind: 'refused' }
      const { userName, password } = credentials
      const identity = await verify(userName, password, context)
      return identity === null ? { kind: 'refused' } : { kind: 'accepted', identity }
    },
  }
}

/** Who is let in: by a function of your own, or by a fixed list. */
export type BasicAuthOptions = BasicRealm &
  (
    | {
        /**
         * Says who a name and a password belong to; null refuses them. Compares in
         * constant time, and takes as long for a name that is unknown: hash all
         * the same. Throwing refuses too, and the cause is logged.
         */
        readonly verify: VerifyPassword
        readonly users?: undefined
      }
    | {
        /**
         * The passwords by name, each of them a `userId`; compared in constant
         * time. For a few machines or a demonstration: a password of a person
         * belongs into a database, hashed.
         */
        readonly users: Readonly<Record<string, string>>
        readonly verify?: undefined
      }
  )

interface BasicRealm {
  /** What a browser shows beside its prompt: printable ASCII. */
  readonly realm: string
}

export type VerifyPassword = (
  userName: string,
  password: string,
  context: AuthContext,
) => Identity | null | Promise<Identity | null>

/** Compares digests under a key of this process, as they have one length and tell nothing. */
function verifierOf(users: Readonly<Record<string, string>>): VerifyPassword {
  const key = randomBytes(32)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  const passwords = new Map(
    Object.entries(users).map(([name, password]) => [name, digest(checked(name, password))]),
  )
  if (passwords.size === 0) throw new TypeError('basicAuth: users names nobody')
  const nobodys = randomBytes(32)
  return (userName, password) => {
    const expected = passwords.get(userName)
    // Also for a name that nobody has: how long it takes shall not tell.
    const isRight = timingSafeEqual(digest(password), expected ?? nobodys)
    return isRight && expected !== undefined ? { userId: userName } : null
  }
}

// Nobody could ever sign in with these.
function checked(name: string, password: unknown): string {
  if (name === '' || name.includes(':')) {
    throw new TypeError('basicAuth: the name of a user is not empty and holds no colon')
  }
  if (typeof password === 'string' && password !== '') return password
  throw new TypeError(`basicAuth: ${name} has no password`)
}

function quotable(realm: string): string {
  if (!/^[\u0020-\u007e]*$/.test(realm)) {
    throw new TypeError('basicAuth: realm is printable ASCII')
  }
  return realm.replaceAll(/["\\]/g, '\\$&')
}
