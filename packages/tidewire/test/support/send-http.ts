import { type Agent, request as openRequest } from 'node:http'

/**
 * Sends one request on a connection of its own and reads the whole answer. An
 * object for a body goes as JSON; text and bytes go as they are.
 */
export function sendHttp(port: number, path: string, options: SendOptions = {}): Promise<Reply> {
  const { method = 'GET', body, headers = {}, signal, agent = false } = options
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
  const bytes = isRaw ? body : JSON.stringify(body)
  const type = isRaw ? {} : { 'Content-Type': 'application/json' }
  return new Promise((resolve, reject) => {
    const sending = openRequest({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent,
      headers: { ...type, ...headers },
      signal,
    })
    sending.once('error', reject)
    sending.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        const { statusCode: status = 0, headers: received } = response
        resolve({ status, headers: received, text, json: () => JSON.parse(text) })
      })
    })
    sending.end(bytes)
  })
}

/** Publishes a value, and answers with what came of it. */
export function post(port: number, path: string, value: unknown, headers = {}): Promise<Reply> {
  const all = { 'Content-Type': 'application/json', ...headers }
  return sendHttp(port, path, { method: 'POST', headers: all, body: JSON.stringify(value) })
}

export interface SendOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Default: a connection of its own. */
  readonly agent?: Agent
}

/** An answer, whole. */
export interface Reply {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  /** The body as JSON; a test looks at it anyway. */
  // biome-ignore lint/suspicious/noExplicitAny: tests compare what has arrived
  json(): any
}
