import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'

/**
 * Why no WebSocket can be opened, in a few words: what one more handshake comes to.
 * The SDK cannot say, as no browser tells it. It brings no token, so what is told
 * is of the way to the server. Null: it can be opened now.
 */
export async function handshakeProblem(url: string, patienceMs = 5_000): Promise<string | null> {
  const socket = new WebSocket(url, ['tidewire.v1.json'])
  const late = pause(patienceMs, `no answer in ${patienceMs / 1_000} s`, { ref: false })
  const problem = await Promise.race([outcomeOf(socket), late])
  socket.terminate()
  return problem
}

function outcomeOf(socket: WebSocket): Promise<string | null> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve(null))
    socket.once('unexpected-response', (_request, response) => resolve(refusalIn(response)))
    // Not once: it is also told of its own end.
    socket.on('error', (cause) => resolve(problemIn(cause)))
  })
}

async function refusalIn(response: IncomingMessage): Promise<string> {
  const { statusCode = 0, headers } = response
  const said = (await messageIn(response)) ?? STATUS_CODES[statusCode] ?? 'nothing more'
  if (headers.location !== undefined) return `it answers ${statusCode}: ${said}, another address`
  if (statusCode === 404) return `nothing takes WebSockets at this path (404: ${said})`
  if (statusCode < 400) return `it answers ${statusCode}, not as a WebSocket; is the path right?`
  return `refused with ${statusCode}: ${said}`
}

/** What a server says in its own words, fit for a terminal; null for a page or anything else. */
async function messageIn(response: IncomingMessage): Promise<string | null> {
  try {
    const { message } = JSON.parse(await startOf(response))
    return typeof message === 'string' ? message.replaceAll(/\p{C}+/gu, ' ').slice(0, 200) : null
  } catch {
    return null
  }
}

async function startOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of response.setEncoding('utf8')) {
    text += part
    if (text.length > 4_096) break
  }
  return text
}

function problemIn(cause: Error): string {
  if (!('code' in cause)) return `it does not speak Tidewire (${cause.message})`
  const code = String(cause.code)
  return (
    problems.find(([codes]) => codes.test(code))?.[1].replace('%', code) ?? `no answer (${code})`
  )
}

const problems: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'nobody listens there (%)'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'there is no such host (%)'],
  [/^(ECONNRESET|HPE_.+)$/, 'no answer of HTTP (%); with TLS, the address begins with wss:'],
  [/^(EPROTO|ERR_SSL_.+)$/, 'no TLS (%); without it, the address begins with ws:'],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired (%)'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate is for another name (%)'],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT.*|UNABLE_TO_.+)$/,
    'its certificate comes from nobody known here (%); NODE_EXTRA_CA_CERTS=FILE names its issuer',
  ],
]
