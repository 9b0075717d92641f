import type { IncomingMessage } from 'node:http'
import { isDeeperThan } from '../../protocol/json-depth.ts'
import { protocolLimits } from '../../protocol/limits.ts'
import { refusal } from './answer.ts'
import type { JsonBody } from './route.ts'

/**
 * Reads the body of a request as JSON: never more of it than `maxBytes`, and only
 * what says of itself that it is JSON, which no form of another site's page does.
 *
 * Where a body parser was here before, what it made is taken.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<JsonBody> {
  const { headers } = request
  if (!isJson(headers['content-type'])) return notJson
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return notJson
  if (Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes)
  if (request.readableEnded) return valueIn(textRead(request), maxBytes)
  const bytes = await readBytes(request, maxBytes)
  if (bytes === 'gone') return { kind: 'gone' }
  return bytes === 'too-large' ? tooLarge(maxBytes) : valueIn(decoded(bytes), maxBytes)
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

// Somebody has read it: Express and others leave here what they made of it.
function textRead(request: IncomingMessage): string | null {
  const body = 'body' in request ? request.body : undefined
  return Buffer.isBuffer(body) ? decoded(body) : (JSON.stringify(body) ?? '')
}

function valueIn(text: string | null, maxBytes: number): JsonBody {
  if (text === null) return malformed('the body is not UTF-8')
  if (Buffer.byteLength(text) > maxBytes) return tooLarge(maxBytes)
  // One level is the frame around it.
  if (isDeeperThan(text, protocolLimits.maxDepth - 1)) {
    return malformed(`the body nests at most ${protocolLimits.maxDepth - 1} levels deep`)
  }
  try {
    return { kind: 'json', value: JSON.parse(text) }
  } catch {
    return malformed('the body is not JSON')
  }
}

function decoded(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isJson(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';')
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset)
  return /^application\/([\w.-]+\+)?json$/.test(type.trim()) && isUtf8
}

const notJson: JsonBody = refused(415, 'UNSUPPORTED_MEDIA_TYPE', 'the body is application/json')

function malformed(message: string): JsonBody {
  return refused(400, 'INVALID_PAYLOAD', message)
}

function tooLarge(maxBytes: number): JsonBody {
  const message = `a body has at most ${maxBytes} bytes`
  // What is left of it is not read: the connection is of no use any more.
  return refused(413, 'PAYLOAD_TOO_LARGE', message, { Connection: 'close' })
}

function refused(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): JsonBody {
  return { kind: 'refused', answer: refusal({ status, code, message }, headers) }
}
