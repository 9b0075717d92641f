import { basicAuth, jwtAuth } from '../../node/index.ts'
import { isPasswordHash } from '../password-hash.ts'
import { jwtOptionsOf } from './jwt-options.ts'
import type { Place } from './place.ts'
import type { ServedAuth, ServedBasic, ServedJwt } from './serve-config.ts'
import {
  acceptedBy,
  boolean,
  checked,
  isAccepted,
  listed,
  listOf,
  mapOf,
  milliseconds,
  object,
  oneOf,
  required,
  type Shape,
  text,
} from './shape.ts'

/** Who may connect, as a config says it. What makes no sense is told here, not at the first token. */
const anyText = text('text', (value) => (value === '' ? 'expected text, got none' : null))
const names = oneOrMore(anyText)

const jwt = checked(
  checked(
    object<ServedJwt>({
      secret: acceptedBy(
        text('text of 32 bytes or more', () => null),
        (secret) => jwtAuth({ secret }),
      ),
      secretFile: anyText,
      publicKeyFile: anyText,
      jwksUrl: text('a URL', keySetProblem),
      algorithms: names,
      audience: names,
      issuer: names,
      clockToleranceMs: milliseconds(0, 300_000),
    }),
    checkSources,
  ),
  checkKeys,
)

const users = checked(
  mapOf(
    text('the hash of a password', (value) =>
      isPasswordHash(value)
        ? null
        : 'expected the hash of a password; make one with: tidewire password',
    ),
    'an object of password hashes by user name',
    (name) =>
      name === '' || name.includes(':')
        ? 'expected names of users that are not empty and have no colon'
        : null,
  ),
  (found, place) => {
    if (Object.keys(found).length === 0) place.refuse('expected one user or more')
  },
)

const basic = acceptedBy(
  object<ServedBasic>({ realm: anyText, users: required(users) }),
  ({ realm = 'tidewire' }) => basicAuth({ realm, verify: () => null }),
)

/** The part `auth` of a config. */
export const authShape: Shape<ServedAuth> = checked(
  object<ServedAuth>({
    mode: oneOf('required', 'optional'),
    jwt,
    basic,
    tokenFrom: listOf(oneOf('header', 'subprotocol', 'message', 'query')),
    rejectAnonymous: boolean,
  }),
  checkWays,
)

// What is right by itself, and together lets nobody in, or somebody nobody meant.
function checkWays(auth: ServedAuth, place: Place): void {
  const { mode, jwt: tokens, basic: passwords, tokenFrom, rejectAnonymous } = auth
  if (mode === 'required' && tokens === undefined && passwords === undefined) {
    place.refuse('expected jwt or basic with "mode": "required", or nobody could ever connect')
  }
  if (tokens !== undefined && tokenFrom?.length === 0) {
    place.at('tokenFrom').refuse('expected one place or more with jwt, or no token could ever come')
  }
  if (rejectAnonymous === true && mode !== 'required') {
    const problem = 'expected only with "mode": "required": plain HTTP would still be for anybody'
    place.at('rejectAnonymous').refuse(problem)
  }
  if (rejectAnonymous === true && passwords === undefined && tokenFrom?.join() === 'message') {
    const problem = 'expected a place in the handshake with "rejectAnonymous": true: "header", …'
    place.at('tokenFrom').refuse(problem)
  }
}

const sources = ['secret', 'secretFile', 'publicKeyFile', 'jwksUrl'] as const

function checkSources(given: ServedJwt, place: Place): void {
  const found = sources.filter((source) => given[source] !== undefined)
  if (found.length === 1) return
  const got = found.length === 0 ? 'none of them' : found.join(' and ')
  place.refuse(`expected one of ${listed(sources)}, got ${got}`)
}

// What fetches the key set refuses a URL with a password, at the first token.
function keySetProblem(value: string): string | null {
  if (!URL.canParse(value)) return 'expected an https URL'
  const { username, password } = new URL(value)
  return username + password === '' ? null : 'expected a URL without a user and a password'
}

// The key first, by itself: what is wrong with it is not the fault of the algorithms.
function checkKeys(given: ServedJwt, place: Place): void {
  const { algorithms, ...key } = given
  const source = sources.find((one) => given[one] !== undefined) ?? 'secret'
  if (!isAccepted(place.at(source), () => jwtAuth(jwtOptionsOf(key)))) return
  if (algorithms === undefined) return
  isAccepted(place.at('algorithms'), () => jwtAuth(jwtOptionsOf(given)))
}

/** A list, or its only item by itself. */
function oneOrMore(item: Shape<string>): Shape<readonly string[]> {
  const list = listOf(item)
  return checked(
    {
      expected: 'text, or a list of texts',
      read: (value, place) => list.read(typeof value === 'string' ? [value] : value, place),
    },
    (found, place) => {
      if (found.length === 0) place.refuse('expected one or more, got an empty list')
    },
  )
}
