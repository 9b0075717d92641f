import {
  createServer,
  type IncomingMessage,
  request as openRequest,
  type Server,
  type ServerResponse,
} from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { listen, portOf, stop } from '../support/start-server.ts'

/**
 * A proxy that lets no WebSocket through, as those between people and the world
 * sometimes do; what it does is changed while it runs. It can also keep back
 * streams until they end, and cut whatever is open.
 */
export class BlockingProxy implements AsyncDisposable {
  readonly #serverPort: number
  readonly #listener: Server
  readonly #upgraded = new Set<Duplex>()
  /** What becomes of a handshake: `refuse` answers 502, `ignore` nothing, ever. */
  upgrades: 'pass' | 'refuse' | 'ignore' = 'refuse'
  /** Whether a stream comes as it is written, or when it has ended. */
  streams: 'pass' | 'keep' = 'pass'
  /** How many handshakes have come so far. */
  handshakes = 0

  constructor(serverPort: number) {
    this.#serverPort = serverPort
    this.#listener = createServer((request, response) => this.#forward(request, response))
    this.#listener.on('upgrade', (request, socket) => this.#upgrade(request, socket))
  }

  async listen(): Promise<this> {
    await listen(this.#listener)
    return this
  }

  /** Where pages find the server. */
  get origin(): string {
    return `http://127.0.0.1:${portOf(this.#listener)}`
  }

  /** Breaks every connection; the next one is sound. */
  cut(): void {
    this.#listener.closeAllConnections()
    for (const socket of this.#upgraded) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await stop(this.#listener)
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request
    const port = this.#serverPort
    const asking = openRequest({
      host: '127.0.0.1',
      port,
      method,
      path: url,
      headers,
      agent: false,
    })
    asking.on('error', () => response.destroy())
    asking.on('response', (answer) => this.#answer(response, answer))
    response.once('close', () => asking.destroy())
    request.pipe(asking)
  }

  #answer(response: ServerResponse, answer: IncomingMessage): void {
    const isStream = answer.headers['content-type'] === 'text/event-stream'
    const pass = () => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    }
    answer.on('error', () => response.destroy())
    if (isStream && this.streams === 'keep') answer.once('end', pass)
    else pass()
  }

  #upgrade(request: IncomingMessage, socket: Duplex): void {
    this.handshakes += 1
    this.#upgraded.add(socket)
    socket.once('close', () => this.#upgraded.delete(socket))
    socket.on('error', () => undefined)
    if (this.upgrades === 'refuse')
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
    if (this.upgrades === 'pass') this.#join(request, socket)
  }

  #join(request: IncomingMessage, socket: Duplex): void {
    const server: Socket = connect(this.#serverPort, '127.0.0.1')
    const fields = request.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
    )
    server.write(`${[`GET ${request.url} HTTP/1.1`, ...fields].join('\r\n')}\r\n\r\n`)
    server.on('error', () => socket.destroy())
    server.once('close', () => socket.destroy())
    socket.once('close', () => server.destroy())
    server.pipe(socket).pipe(server)
  }
}
