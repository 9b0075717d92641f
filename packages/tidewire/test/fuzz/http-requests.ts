import type { SeededRandom } from 'tidewire/testing'
import { addCredentials, handshakeBytes, headerText } from './handshake.ts'
import { apiToken } from './hostile-application.ts'
import { hostileChannels, hostileJson, noise, openNames, tokens } from './hostile-values.ts'
import { mutatedFrame } from './mutated-frame.ts'

/**
 * What a client sends to the API, more or less: requests for each of its routes,
 * one behind the other on one connection, with some of their parts replaced.
 */
export function httpRequests(apiPath: string, random: SeededRandom): Buffer {
  const count = random.pick([1, 1, 1, 2, 4, 15])
  const requests = Array.from({ length: count }, () => requestBytes(apiPath, random))
  // A WebSocket behind requests that have no answer yet.
  if (random.chance(0.1)) requests.push(handshakeBytes(apiPath.replace('/api', ''), random))
  return Buffer.concat(requests)
}

/** A request by its parts, before it is written down. */
interface Request {
  method: string
  path: string
  readonly query: [string, string][]
  readonly headers: Map<string, string>
  body: Buffer | null
}

function requestBytes(apiPath: string, random: SeededRandom): Buffer {
  const request = random.pick(validRequests)(apiPath, random)
  if (random.chance(0.5)) request.headers.set('Authorization', `Bearer ${apiToken}`)
  else if (random.chance(0.6)) addCredentials(request.headers, random)
  for (let count = random.pick([0, 0, 1, 1, 2, 4]); count > 0; count -= 1) {
    random.pick(mutations)(request, random)
  }
  return written(request, random)
}

const validRequests: readonly ((apiPath: string, random: SeededRandom) => Request)[] = [
  (api, random) => get(`${api}/channels/${nameOf(random)}/events`, positionQuery(random)),
  (api, random) => get(`${api}/events`, [...channelQuery(random), ...positionQuery(random)]),
  (api, random) => get(`${api}/channels/${nameOf(random)}/messages`, pollQuery(random)),
  (api, random) => post(`${api}/channels/${nameOf(random)}/messages`, jsonBody(random)),
  (api, random) => post(`${api}/channels/${nameOf(random)}/messages`, jsonBody(random)),
  (api, random) => post(`${api}/users/${userOf(random)}/messages`, jsonBody(random)),
  (api, random) => post(`${api}/users/${userOf(random)}/disconnect`, Buffer.alloc(0)),
  (api, random) => framesRequest(api, random),
  (api, random) => framesRequest(api, random),
  (api, random) => get(`${api}/${random.pick(['channels', 'connections'])}`, pageQuery(random)),
  (api, random) => get(`${api}/${random.pick(['openapi.json', 'asyncapi.json'])}`, []),
  (_api, random) => get(random.pick(['/health', '/ready', '/metrics']), []),
]

function get(path: string, query: [string, string][]): Request {
  return { method: 'GET', path, query, headers: new Map([['Host', '127.0.0.1']]), body: null }
}

function post(path: string, body: Buffer): Request {
  const request = get(path, [])
  request.headers.set('Content-Type', 'application/json')
  return { ...request, method: 'POST', body }
}

/** Frames over HTTP: as a stream, or gathered. */
function framesRequest(apiPath: string, random: SeededRandom): Request {
  const lines = Array.from({ length: random.pick([0, 1, 1, 3, 20]) }, () => frameLine(random))
  const request = post(`${apiPath}/frames`, Buffer.from(lines.join('\n')))
  request.headers.set('Content-Type', 'application/x-ndjson')
  if (random.chance(0.4)) request.headers.set('Accept', 'text/event-stream')
  if (random.chance(0.5)) request.headers.set('Tidewire-Link', linkOf(random))
  if (random.chance(0.4)) request.query.push(['waitMs', numberText(random)])
  return request
}

// A body in which one frame has no answer of its own is refused as a whole.
function frameLine(random: SeededRandom): string {
  if (random.chance(0.3)) return mutatedFrame(random).replaceAll('\n', ' ')
  const channel = random.pick([...openNames, 'may:never', 'broken:throws'])
  const type = random.pick(['subscribe', 'publish', 'history', 'unsubscribe'])
  return JSON.stringify({ type, id: random.integer(0, 10_000), channel, payload: 1 })
}

type Mutation = (request: Request, random: SeededRandom) => void

const mutations: readonly Mutation[] = [
  (request, random) => {
    request.method = random.pick(['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])
  },
  (request, random) => {
    request.path = random.pick(paths)(request.path)
  },
  ({ query }, random) => {
    query.push([random.pick(queryNames), hostileText(random)])
  },
  ({ query }, random) => {
    query.splice(random.integer(0, query.length), 1)
  },
  ({ query }) => {
    // Each of them for as many channels as anybody could ask for.
    for (let count = 0; count < 200; count += 1) query.push(['channel', `room:${count}`])
  },
  ({ headers }, random) => {
    const [name, values] = random.pick(headerValues)
    headers.set(name, random.pick(values))
  },
  ({ headers }, random) => {
    headers.delete(random.pick([...headers.keys(), 'Host']))
  },
  (request, random) => {
    request.body = random.pick([null, noise(random, 3_000), jsonBody(random)])
  },
  (request) => {
    request.body = Buffer.alloc(70_000, '[')
  },
]

const paths: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replace('/api', '/api/..'),
  (path) => path.replaceAll('/', '%2F'),
  (path) => path.replace(/channels\/[^/]+/, 'channels/%00%zz%ff'),
  (path) => path.replace(/channels\/[^/]+/, `channels/${'a/'.repeat(4_000)}`),
  (path) => path.toUpperCase(),
  (path) => `${path}%`,
  (path) => `http://elsewhere.example${path}`,
  (path) => `${path};a=b#c`,
  () => '*',
  () => '',
]

const headerValues: readonly (readonly [string, readonly string[]])[] = [
  ['Content-Length', ['0', '1', '5', '100', '65536', '65537', '9999999999', '-1', '1e3', '5, 5']],
  ['Transfer-Encoding', ['chunked', 'gzip, chunked', 'identity', 'chunked, chunked']],
  ['Content-Type', ['text/plain', 'application/json; charset=latin1', '', 'a/b'.repeat(2_000)]],
  ['Content-Encoding', ['gzip', 'identity', 'br']],
  ['Expect', ['100-continue', '200-nothing']],
  ['Connection', ['close', 'keep-alive', 'Upgrade', 'close, Content-Length']],
  ['Upgrade', ['websocket', 'h2c']],
  ['Connection: Upgrade\r\nUpgrade', ['websocket', 'h2c']],
  ['Accept', ['text/event-stream', '*/*', 'text/event-stream;q=0']],
  ['Last-Event-ID', ['e:1', ',', ',,e:1', 'e:99999999999999999999', 'x'.repeat(9_000), 'e:-1']],
  ['Idempotency-Key', ['k1', '', 'x'.repeat(129), '€', 'k'.repeat(9_000)]],
  ['Tidewire-Link', ['short', 'a'.repeat(22), '_'.repeat(65), '../..'.repeat(8)]],
  ['Authorization', ['Bearer twk_', 'Bearer twk_fuzz_wrong', `bearer  ${apiToken} x`, 'Bearer']],
  ['Origin', ['null', 'https://evil.example', 'http://127.0.0.1']],
  ['Access-Control-Request-Method', ['POST', 'BREW']],
  ['X-Forwarded-For', ['1.2.3.4', ',,,', '1'.repeat(3_000)]],
  ['Host', ['', 'a b', 'evil.example:99999']],
]

function written({ method, path, query, headers, body }: Request, random: SeededRandom): Buffer {
  const parameters = query.map(([name, value]) => `${name}=${value}`).join('&')
  const target = parameters === '' ? path : `${path}?${parameters}`
  if (body !== null && !headers.has('Content-Length') && !headers.has('Transfer-Encoding')) {
    // Now and then it says more than follows, or less.
    const spare = random.chance(0.1) ? random.pick([-1, 1, 1_000]) : 0
    headers.set('Content-Length', String(Math.max(0, body.length + spare)))
  }
  const fields = [...headers].map(([name, value]) => `${name}: ${value}`)
  const head = [`${method} ${target} HTTP/1.1`, ...fields].join('\r\n')
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)])
}

function nameOf(random: SeededRandom): string {
  const name = random.chance(0.8) ? random.pick(openNames) : random.pick(hostileChannels)
  return random.chance(0.8) ? encodeURIComponent(name) : headerText(name)
}

// Nobody that a witness is.
function userOf(random: SeededRandom): string {
  return random.pick(['ada', 'eve', '..', '%2e%2e', 'a:b', 'a%2Fb', '%00', 'u'.repeat(300)])
}

function linkOf(random: SeededRandom): string {
  return 'l'.repeat(21) + random.integer(0, 9)
}

function channelQuery(random: SeededRandom): [string, string][] {
  const count = random.pick([0, 1, 2, 5])
  return Array.from({ length: count }, () => ['channel', nameOf(random)])
}

function positionQuery(random: SeededRandom): [string, string][] {
  return pairs(random, ['since', positionText(random)], ['last', numberText(random)])
}

function pollQuery(random: SeededRandom): [string, string][] {
  return pairs(
    random,
    ['since', positionText(random)],
    ['waitMs', random.pick(['0', '10', '100', '60000', '99999999'])],
    ['limit', numberText(random)],
  )
}

function pageQuery(random: SeededRandom): [string, string][] {
  return pairs(random, ['limit', numberText(random)], ['after', hostileText(random)])
}

function pairs(random: SeededRandom, ...all: readonly [string, string][]): [string, string][] {
  return all.filter(() => random.chance(0.6))
}

const queryNames = ['since', 'last', 'limit', 'waitMs', 'channel', 'after', 'token', 'resume', '']

// Valid more often than not: what is refused at once goes no further.
function positionText(random: SeededRandom): string {
  return random.chance(0.6) ? `e:${random.integer(0, 50)}` : random.pick(strangePositions)
}

const strangePositions = [',', 'e:1,e:2', 'e', ':', 'e:01', 'e:1e400', `${'e'.repeat(9_000)}:1`]

function numberText(random: SeededRandom): string {
  return random.chance(0.7) ? `${random.integer(1, 200)}` : random.pick(strangeNumbers)
}

const strangeNumbers = ['0', '1000', '1001', '-1', '1e9', '0x10', '', 'NaN', '9'.repeat(400)]

function hostileText(random: SeededRandom): string {
  const text = random.pick([...hostileJson, ...hostileChannels, ...tokens]).slice(0, 6_000)
  return random.chance(0.7) ? encodeURIComponent(wellFormed(text)) : headerText(text)
}

// Half of a surrogate pair cannot be encoded.
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

function jsonBody(random: SeededRandom): Buffer {
  if (random.chance(0.2)) return Buffer.from(mutatedFrame(random))
  return Buffer.from(random.pick([...hostileJson, '{"text":"hello"}', '"fine"', '"throws"']))
}
