import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Logger } from '../../core/ports/logger.ts'
import { protocolError } from '../../protocol/protocol-error.ts'
import { AnswerBody, type AnswerReader } from '../../transports/http/answer-body.ts'
import { type Answer, errorAnswer, refusal } from './answer.ts'
import type { Callers } from './callers.ts'
import type { Cors } from './cors.ts'
import { readJsonBody } from './json-body.ts'
import { readMessages } from './message-body.ts'
import type { CallerHandshake, Route } from './route.ts'
import { type Found, Router } from './router.ts'

/**
 * Plain HTTP (PROTOCOL.md, section 8): finds the route of a request, who sends
 * it, and answers. What a route does is the engine's, as over WebSocket; nothing
 * is remembered between two requests, so any node can answer any of them.
 */
export class HttpApi {
  readonly #options: HttpApiOptions
  readonly #router: Router

  constructor(options: HttpApiOptions) {
    this.#options = options
    this.#router = new Router(options.routes)
  }

  /** Answers a request for one of the routes; false, and nothing is done, for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = '', ...query] = targetOf(request).split('?')
    const found = this.#router.find(path)
    if (found === null) return false
    const asked: Asked = { request, response, found, query: query.join('?') }
    this.#serve(asked).catch((cause: unknown) => {
      this.#options.logger.error('a request failed', { path, cause })
      this.#answer(asked, errorAnswer(protocolError('INTERNAL')))
    })
    return true
  }

  async #serve(asked: Asked): Promise<void> {
    const { request, response, found } = asked
    this.#options.cors.allow(request, response)
    if (request.method === 'OPTIONS') return this.#answerOptions(asked)
    const route = found.routes.find((one) => isFor(one, request.method))
    const answer = route === undefined ? notAllowed(found) : await this.#run(route, asked)
    if (answer !== null) this.#answer(asked, answer)
  }

  async #run(route: Route, asked: Asked): Promise<Answer | null> {
    const { request, response } = asked
    const identified = await this.#options.callers.identify(response, route.access)
    if (request.socket.destroyed) return null
    if (identified.kind === 'refused') return identified.answer
    return route.operation(this.#callOf(asked, identified.caller))
  }

  #callOf(asked: Asked, caller: CallerHandshake) {
    const { request, response, found, query } = asked
    const { maxPayloadBytes } = this.#options
    return {
      request,
      response,
      params: found.params,
      query: new URLSearchParams(query),
      caller,
      readJson: () => readJsonBody(request, maxPayloadBytes),
      readMessages: () => readMessages(request, maxPayloadBytes),
      answer: (answer: Answer) => this.#answer(asked, answer),
    }
  }

  #answerOptions(asked: Asked): void {
    const methods = methodsOf(asked.found)
    this.#options.cors.allowRequest(asked.response, methods)
    this.#answer(asked, { status: 204, body: null, headers: { Allow: methods } })
  }

  #answer({ request, response }: Asked, { status, body, headers }: Answer): void {
    if (response.headersSent || response.destroyed || request.socket.destroyed) return
    const isLeaving = this.#options.isDraining()
    response.writeHead(status, STATUS_CODES[status], {
      ...(body !== null && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      // Whoever keeps a connection here would come to a server that is gone.
      ...(isLeaving && { Connection: 'close' }),
      ...headers,
    })
    const sent = request.method === 'HEAD' ? '' : (body ?? '')
    new AnswerBody(response, sent, this.#options.reader).send()
  }
}

export interface HttpApiOptions {
  readonly routes: readonly Route[]
  readonly callers: Callers
  readonly cors: Cors
  /** Larger bodies are refused before they are taken. */
  readonly maxPayloadBytes: number
  /** How long clients may take to take their answers. */
  readonly reader: AnswerReader
  readonly isDraining: () => boolean
  readonly logger: Logger
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly found: Found
  readonly query: string
}

// Under a mount point Express keeps the whole target here. Looked at as text: a
// stranger may send targets that `new URL` throws on.
function targetOf(request: IncomingMessage): string {
  const original = 'originalUrl' in request ? request.originalUrl : undefined
  const target = typeof original === 'string' ? original : (request.url ?? '')
  return target.split('#', 1)[0] ?? ''
}

function isFor({ method }: Route, asked: string | undefined): boolean {
  return method === asked || (method === 'GET' && asked === 'HEAD')
}

function methodsOf({ routes }: Found): string {
  const methods = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...methods, 'OPTIONS'].join(', ')
}

function notAllowed(found: Found): Answer {
  const methods = methodsOf(found)
  const message = `this path takes ${methods}`
  return refusal({ status: 405, code: 'METHOD_NOT_ALLOWED', message }, { Allow: methods })
}
