import {
  type AddressInfo,
  createServer,
  connect as openSocket,
  type Server,
  type Socket,
} from 'node:net'
import { deferred } from './deferred.ts'

/**
 * A TCP proxy before a server that loses, on demand, what one side says: the
 * only way to break a real connection between a request and its answer.
 */
export class LossyProxy implements AsyncDisposable {
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  #serverPort: number
  #silenced: Side | null = null
  #lost = deferred<void>()

  constructor(serverPort: number) {
    this.#serverPort = serverPort
    this.#listener = createServer((client) => {
      const server = openSocket(this.#serverPort, '127.0.0.1')
      this.#pass('client', client, server)
      this.#pass('server', server, client)
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#listener.listen(0, '127.0.0.1', resolve)
    })
  }

  /** The endpoint of the server, through this proxy. */
  get url(): string {
    // A server that listens on a host and a port has an AddressInfo.
    const { port } = this.#listener.address() as AddressInfo
    return `ws://127.0.0.1:${port}/ws`
  }

  /** Sends every connection that comes from now on to another server. */
  aim(serverPort: number): void {
    this.#serverPort = serverPort
  }

  /** Loses everything this side says from now on; the answer resolves when that was something. */
  silence(side: Side): Promise<void> {
    this.#silenced = side
    this.#lost = deferred()
    return this.#lost.promise
  }

  /** Breaks every connection; the next one is sound. */
  cut(): void {
    this.#silenced = null
    for (const socket of this.#sockets) socket.resetAndDestroy()
    this.#sockets.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise((resolve) => {
      this.#listener.close(resolve)
    })
  }

  #pass(side: Side, from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (chunk) => {
      if (this.#silenced === side) this.#lost.resolve()
      else to.write(chunk)
    })
    from.on('error', () => to.destroy())
    // What it said last is still on its way to the other.
    from.on('close', () => to.end())
  }
}

/** Who says something. */
export type Side = 'client' | 'server'

/** Starts one, on a port of the machine's choice. */
export async function startLossyProxy(serverPort: number): Promise<LossyProxy> {
  const proxy = new LossyProxy(serverPort)
  await proxy.listen()
  return proxy
}
