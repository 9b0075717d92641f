/**
 * HTTP as somebody types it: any header, any path, any body, and no cookie jar.
 */
import { type IncomingHttpHeaders, request } from 'node:http'

/** What to send. */
export interface AskOptions {
  /** Sent as JSON; a Buffer or a text as it is. */
  readonly body?: unknown
  readonly cookie?: string
  /** Over those a page of the server would send; an empty one is left out. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects
  readonly json: any
  /** `name=value` of the cookie that was set; null when none was. */
  readonly cookie: string | null
}

/** Asks a server. */
export async function askHttp(
  origin: string,
  method: string,
  { path, body, cookie, headers = {} }: AskOptions & { readonly path: string },
): Promise<Answer> {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const content = body === undefined ? undefined : isRaw ? body : JSON.stringify(body)
  const sent = {
    Origin: origin,
    ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(cookie === undefined ? {} : { Cookie: cookie }),
    ...headers,
  }
  const kept = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const asked = request({ hostname, port, method, path, headers: kept }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      const set = response.headers['set-cookie']?.[0] ?? null
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        json: parsed(text),
        cookie: set === null ? null : (set.split(';')[0] ?? null),
      })
    })
    asked.on('error', reject)
    asked.end(content)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
