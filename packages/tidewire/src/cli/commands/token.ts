import { SignJWT } from 'jose'
import { createApiKey, createTidewire, jwtAuth, type Scope } from '../../node/index.ts'
import { CliError } from '../cli-error.ts'
import type { Asked, Command } from '../command.ts'
import { secretIn } from '../config/jwt-options.ts'
import { durationOption, listOption, neededOption } from '../option-values.ts'

/** `tidewire token`: a JSON Web Token for a user, or an API key for a backend. */
export const tokenCommand: Command = {
  name: 'token',
  about: 'makes a JWT, or with --api-key a key for a backend',
  words: [],
  options: {
    'secret-file': { value: 'FILE', about: 'the secret, as in auth.jwt.secretFile' },
    sub: { value: 'USER', about: 'who the token is for' },
    expires: { value: 'TIME', about: 'for how long: 90s, 15m, 1h, 7d; default 1h' },
    audience: { value: 'NAME', about: 'what aud says' },
    issuer: { value: 'NAME', about: 'what iss says' },
    algorithm: { value: 'NAME', about: 'HS256, HS384 or HS512; default HS256' },
    'api-key': { value: 'ID', about: 'makes an API key instead, and its entry for apiKeys' },
    scopes: { value: 'A,B', about: 'publish, read, connections, disconnect, metrics' },
    channels: { value: 'A,B', about: 'the patterns the key is for; default all' },
  },
  async run(asked, { print }) {
    const keyOnly = ['scopes', 'channels']
    const jwtOnly = ['secret-file', 'sub', 'expires', 'audience', 'issuer', 'algorithm']
    const id = asked.options.get('api-key')
    refuseOptions(asked, id === undefined ? keyOnly : jwtOnly, id === undefined)
    print(id === undefined ? await signedToken(asked) : apiKey(id, asked))
  },
}

function refuseOptions({ options }: Asked, names: readonly string[], isJwt: boolean): void {
  const found = names.find((name) => options.has(name))
  if (found === undefined) return
  throw new CliError(`option --${found} goes ${isJwt ? 'only with' : 'not with'} --api-key`)
}

async function signedToken(asked: Asked): Promise<string> {
  const { options } = asked
  const file = neededOption(asked, 'secret-file', 'FILE')
  const sub = neededOption(asked, 'sub', 'USER')
  const seconds = durationOption(asked, 'expires', '1h') / 1_000
  const alg = options.get('algorithm') ?? 'HS256'
  const secret = secretOf(file)
  // What a server would refuse is of no use.
  toldAs(`${file}: `, () => jwtAuth({ secret, algorithms: [alg] }))
  const token = new SignJWT({ sub }).setProtectedHeader({ alg, typ: 'JWT' }).setIssuedAt()
  token.setExpirationTime(`${seconds}s`)
  const [audience, issuer] = [options.get('audience'), options.get('issuer')]
  if (audience !== undefined) token.setAudience(audience)
  if (issuer !== undefined) token.setIssuer(issuer)
  return token.sign(Buffer.from(secret))
}

function secretOf(file: string): string {
  try {
    return secretIn(file)
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

// The token by itself for the backend; the entry for a config, which only has a hash.
function apiKey(id: string, asked: Asked): string {
  const { token, secretHash } = toldAs('', () => createApiKey(id))
  const channels = listOption(asked, 'channels')
  const entry = { id, secretHash, scopes: scopesIn(asked), ...(channels && { channels }) }
  toldAs('', () => createTidewire({ channels: {}, apiKeys: [entry] }))
  return JSON.stringify({ token, apiKey: entry }, null, 2)
}

const scopes: readonly Scope[] = ['publish', 'read', 'connections', 'disconnect', 'metrics']

function scopesIn(asked: Asked): readonly Scope[] {
  const wanted = listOption(asked, 'scopes') ?? ['publish']
  const found = scopes.filter((scope) => wanted.includes(scope))
  if (found.length === wanted.length && found.length > 0) return found
  throw new CliError(`option --scopes: expected some of ${scopes.join(', ')}, with commas`)
}

/** What another part refuses, as a mistake of the operator. */
function toldAs<T>(prefix: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new CliError(`${prefix}${problem.replace(/^\w+: /, '')}`, { cause })
  }
}
