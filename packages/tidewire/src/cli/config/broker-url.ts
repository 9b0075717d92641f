/**
 * Which broker a URL means, and what is wrong with one. A URL may hold a
 * password: what is said of it never holds more of it than its scheme.
 */

/** Where a Redis is, and what names there begin with. */
export interface RedisPlace {
  readonly host: string
  readonly port: number
  readonly username: string | undefined
  readonly password: string | undefined
  /** The number of the database. */
  readonly db: number
  readonly isSecure: boolean
  readonly prefix: string | undefined
  /** Whether a restart is known to lose nothing. */
  readonly trustRestarts: boolean
}

/** What is wrong with a broker's URL; null when nothing is. */
export function brokerProblem(url: string): string | null {
  if (url === 'memory:') return null
  const read = readRedisUrl(url)
  return typeof read === 'string' ? read : null
}

/** Where the Redis of a URL is; null for a broker that is no Redis. */
export function redisPlace(url: string): RedisPlace | null {
  const read = readRedisUrl(url)
  return typeof read === 'string' ? null : read
}

const coming: ReadonlyMap<string, string> = new Map([
  ['nats:', 'NATS'],
  ['kafka:', 'Kafka'],
])

/** The place, or what is wrong. */
function readRedisUrl(url: string): RedisPlace | string {
  const [scheme = ''] = /^[a-z][a-z\d+.-]*:/.exec(url.toLowerCase()) ?? []
  const engine = coming.get(scheme)
  if (engine !== undefined) return `the broker for ${engine} is not built yet; ${whatThereIs}`
  if (scheme !== 'redis:' && scheme !== 'rediss:') return `expected ${whatIsExpected}`
  const parts = URL.canParse(url) ? new URL(url) : null
  if (parts === null || parts.hostname === '') {
    return `not a URL of a host; ${inUrlEncoding}: expected ${whatIsExpected}`
  }
  return problemOf(parts) ?? placeOf(parts)
}

function problemOf(parts: URL): string | null {
  const { pathname, username, password, hash, port } = parts
  if (!/^\/?\d{0,5}$/.test(pathname)) {
    return 'after the host stands the number of a database, as in "redis://host:6379/2"'
  }
  if (hash !== '') return `"#" has no meaning here; ${inUrlEncoding}`
  if (decoded(username) === null || decoded(password) === null) return inUrlEncoding
  if (port === '0') return `port 0 is that of nobody; expected ${whatIsExpected}`
  if (username !== '' && password === '') {
    return 'a user without a password; a password alone has ":" before it, as in "redis://:…@host"'
  }
  return parameterProblem(parts)
}

function parameterProblem({ searchParams }: URL): string | null {
  for (const [name, value] of searchParams) {
    const check = parameters.get(name)
    if (check === undefined) {
      const known = [...parameters.keys()].map((word) => JSON.stringify(word)).join(' and ')
      return `after "?" only ${known} have a meaning`
    }
    if (searchParams.getAll(name).length > 1) return `${name} is there twice`
    if (!check.shape.test(value)) return `${name}: expected ${check.expected}`
  }
  return null
}

const parameters: ReadonlyMap<string, { readonly shape: RegExp; readonly expected: string }> =
  new Map([
    ['prefix', { shape: /^[^{}\s]+$/, expected: 'a text without braces and spaces' }],
    ['trustRestarts', { shape: /^(true|false)$/, expected: '"true" or "false"' }],
  ])

function placeOf({ hostname, port, username, password, pathname, searchParams, protocol }: URL) {
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? defaultPort : Number(port),
    username: decoded(username) || undefined,
    password: decoded(password) || undefined,
    db: Number(pathname.slice(1)),
    isSecure: protocol === 'rediss:',
    prefix: searchParams.get('prefix') ?? undefined,
    trustRestarts: searchParams.get('trustRestarts') === 'true',
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const defaultPort = 6_379
const whatThereIs = 'this version has "memory:", for one process, and "redis://host"'
const whatIsExpected = '"memory:" or a URL such as "redis://host:6379"'
const inUrlEncoding = 'write "/", "#", "?", "@", ":" and "%" of a user or password as %2F, %23, …'
