import type { IncomingMessage } from 'node:http'
import { type Answer, refusal } from './answer.ts'

/**
 * Reads the body of a request as text: never more of it than may be, and only
 * what says of itself that it is of the wanted type, which no form of another
 * site's page does.
 *
 * Where a body parser was here before, what it made is taken.
 */
export async function readTextBody(
  request: IncomingMessage,
  { type, maxBytes }: WantedBody,
): Promise<TextBody> {
  const { headers } = request
  if (!isOfType(type, headers['content-type'])) return wrongType(type)
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return wrongType(type)
  if (Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes)
  if (request.readableEnded) return textIn(textRead(request, type), maxBytes)
  const bytes = await readBytes(request, maxBytes)
  if (bytes === 'gone') return { kind: 'gone' }
  return bytes === 'too-large' ? tooLarge(maxBytes) : textIn(decoded(bytes), maxBytes)
}

/** What a body has to be. */
export interface WantedBody {
  /** `json` is any type that is JSON · `x-ndjson` is JSON in lines. */
  readonly type: 'json' | 'x-ndjson'
  readonly maxBytes: number
}

/** A body that was read; its client may have left meanwhile. */
export type TextBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly answer: Answer }
  | { readonly kind: 'gone' }

/** A body that is not what it should be. */
export function malformedBody(message: string): { kind: 'refused'; answer: Answer } {
  return refused(400, 'INVALID_PAYLOAD', message)
}

function readBytes(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'gone' | 'too-large'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve('too-large')
      }
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', () => resolve('gone'))
    request.once('close', () => resolve('gone'))
  })
}

/**
 * Somebody has read it: Express and others leave here what they made of it.
 *
 * @throws Error when nothing was left.
 */
function textRead(request: IncomingMessage, type: WantedBody['type']): string | null {
  // Some make an object of nothing.
  if (request.headers['content-length'] === '0') return ''
  const body = 'body' in request ? request.body : undefined
  if (body === undefined) throw new Error(readTooEarly)
  // Lines that were left as they came; as JSON a text is a value like any other.
  if (type === 'x-ndjson' && typeof body === 'string') return body
  return Buffer.isBuffer(body) ? decoded(body) : JSON.stringify(body)
}

const readTooEarly =
  'the body was read before Tidewire had it, and nothing was left in request.body: mount Tidewire earlier'

function textIn(text: string | null, maxBytes: number): TextBody {
  if (text === null) return malformedBody('the body is not UTF-8')
  return Buffer.byteLength(text) > maxBytes ? tooLarge(maxBytes) : { kind: 'text', text }
}

function decoded(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const typePatterns: Readonly<Record<WantedBody['type'], RegExp>> = {
  json: /^application\/([\w.-]+\+)?json$/,
  'x-ndjson': /^application\/x-ndjson$/,
}

function isOfType(wanted: WantedBody['type'], contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';')
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset)
  return typePatterns[wanted].test(type.trim()) && isUtf8
}

function wrongType(type: WantedBody['type']): TextBody {
  return refused(415, 'UNSUPPORTED_MEDIA_TYPE', `the body is application/${type}`)
}

function tooLarge(maxBytes: number): TextBody {
  const message = `a body has at most ${maxBytes} bytes`
  // What is left of it is not read: the connection is of no use any more.
  return refused(413, 'PAYLOAD_TOO_LARGE', message, { Connection: 'close' })
}

function refused(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): { kind: 'refused'; answer: Answer } {
  return { kind: 'refused', answer: refusal({ status, code, message }, headers) }
}
