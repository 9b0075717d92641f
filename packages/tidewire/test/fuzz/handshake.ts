import type { SeededRandom } from 'tidewire/testing'
import { noise, tokens } from './hostile-values.ts'
import { mutatedBytes } from './mutated-bytes.ts'

/** The bytes a connection begins with: most often a handshake that is accepted, so that frames get their turn. */
export function handshakeBytes(path: string, random: SeededRandom): Buffer {
  if (random.chance(0.02)) return noise(random, 2_000)
  const headers = new Map(Object.entries(validHeaders))
  if (random.chance(0.3)) addCredentials(headers, random)
  const isSound = random.chance(0.85)
  if (!isSound) spoil(headers, random)
  const target = isSound ? path : random.pick([path, ...strangeTargets])
  const method = isSound ? 'GET' : random.pick(['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE'])
  const version = isSound ? '1.1' : random.pick(['1.1', '1.0', '2.0', '0.9', '11'])
  const fields = [...headers].map(([name, value]) => `${name}: ${value}`)
  const text = `${[`${method} ${target} HTTP/${version}`, ...fields].join('\r\n')}\r\n\r\n`
  const bytes = Buffer.from(text, 'latin1')
  return !isSound && random.chance(0.4) ? mutatedBytes(bytes, random) : bytes
}

const validHeaders = {
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
}

/** Says who one is: in one of the ways there are, right or wrong. */
export function addCredentials(headers: Map<string, string>, random: SeededRandom): void {
  const token = headerText(random.pick(tokens)).slice(0, 4_000)
  const basic = Buffer.from(random.pick(['ada:right', 'ada:wrong', 'ada', ':', 'throws:', '']))
  const [name, value] = random.pick([
    ['Authorization', `Bearer ${token}`],
    ['Authorization', `bearer ${token} ${token}`],
    ['Authorization', `Basic ${basic.toString('base64')}`],
    ['Authorization', 'Basic %%%'],
    ['Authorization', 'Digest username="ada"'],
    ['Cookie', `connect.sid=s%3A${token.replaceAll('_', ' ')}`],
    ['Cookie', `a=${'b;'.repeat(200)}=; connect.sid`],
    ['Sec-WebSocket-Protocol', `tidewire.v1.json, bearer.${token}`],
    ['Sec-WebSocket-Protocol', 'bearer.'],
    ['Origin', random.pick(['null', 'http://127.0.0.1', 'https://evil.example', '://', 'file://'])],
    ['X-Forwarded-For', random.pick(['1.2.3.4', ',,,', '::1, evil', '1'.repeat(3_000)])],
  ] as const)
  headers.set(name, value)
}

function spoil(headers: Map<string, string>, random: SeededRandom): void {
  for (let count = random.integer(0, 3); count > 0; count -= 1) {
    const name = random.pick([...headers.keys(), ...meddlingHeaders])
    if (random.chance(0.4)) headers.delete(name)
    else headers.set(name, random.pick(strangeValues))
  }
}

const meddlingHeaders = ['Content-Length', 'Transfer-Encoding', 'Expect', 'TE', 'Trailer', 'Range']

const strangeValues = [
  '5',
  '-1',
  '99999999999999999999',
  '',
  ' ',
  ',',
  ',,;;==',
  '13, 13',
  'websocket, h2c',
  'x'.repeat(10_000),
  '\u00ff\u00fe',
  'permessage-deflate; server_max_window_bits=8',
  'permessage-deflate; client_max_window_bits=0; client_max_window_bits=99',
  '"unfinished',
  '100-continue',
  'chunked',
]

const strangeTargets = [
  '*',
  '//',
  '//host/ws',
  'http://h:99999/ws',
  '/%zz',
  '/ws?token=garbage',
  '/strict?token=user%20ada',
  `/${'a'.repeat(9_000)}`,
  '/open#x',
  '/health',
]

/** Text as a header may hold it: anything else would only ever test the parser of HTTP. */
export function headerText(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '_')
}
