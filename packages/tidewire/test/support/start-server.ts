import {
  createServer,
  type ServerOptions as HttpOptions,
  type RequestListener,
  type Server,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import type { TidewireOptions } from '../../src/node/options.ts'
import { createTidewire, type Tidewire } from '../../src/node/tidewire.ts'
import type { NodeServer } from '../../src/node/upgrades.ts'
import { openChannels } from './open-channels.ts'

/**
 * A real server on a port of the machine's choice, ended with the test that
 * declares it `await using`.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const { path = '/ws', onRequest, httpOptions = {}, ...tideOptions } = options
  const tide = createTidewire<ChannelDeclarations>({ channels: openChannels, ...tideOptions })
  const servePlainHttp: RequestListener = (request, response) => {
    if (!tide.handle(request, response)) answerNotFound(request, response)
  }
  const http = createServer(httpOptions, onRequest ?? servePlainHttp)
  tide.attach(http, { path })
  const port = await listen(http)
  return {
    tide,
    http,
    port,
    url: `ws://127.0.0.1:${port}${path}`,
    async [Symbol.asyncDispose]() {
      await tide.close()
      await stop(http)
    },
  }
}

/** What `createTidewire` takes, and what surrounds it. */
export interface ServerOptions extends Partial<TidewireOptions<ChannelDeclarations>> {
  /** Where the endpoint is. Default `/ws`. */
  readonly path?: string
  /** The application's own answer to plain requests. Default: Tidewire's routes, else 404. */
  readonly onRequest?: RequestListener
  /** Node's own, such as its timeouts. */
  readonly httpOptions?: HttpOptions
}

/** A server under test. */
export interface TestServer extends AsyncDisposable {
  readonly tide: Tidewire<ChannelDeclarations>
  readonly http: Server
  readonly port: number
  /** The endpoint's. */
  readonly url: string
}

/** Listens on loopback; answers with the port. */
export async function listen(server: NodeServer): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return portOf(server)
}

/** The port a listening TCP server has. */
export function portOf(server: NodeServer): number {
  // A server that listens on a host and a port has an AddressInfo.
  return (server.address() as AddressInfo).port
}

/** Closes a server with what is still open on it. */
export async function stop(server: NodeServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeAllConnections()
  await closed
}

const answerNotFound: RequestListener = (_request, response) => {
  const body = 'not here'
  response.writeHead(404, { 'Content-Type': 'text/plain', 'Content-Length': body.length }).end(body)
}
