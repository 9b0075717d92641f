import { createServer, type ServerOptions as HttpOptions, type Server } from 'node:http'
import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import { type ApiKeyOptions, createApiKey, type Scope } from '../../src/node/http/api-keys.ts'
import type { AuthOptions, TidewireOptions } from '../../src/node/options.ts'
import { createTidewire, type Tidewire } from '../../src/node/tidewire.ts'
import { openChannels } from './open-channels.ts'
import { listen, stop } from './start-server.ts'

/** A real server that speaks WebSocket and plain HTTP, ended with the test that declares it `await using`. */
export async function startHttpServer(options: HttpServerOptions = {}): Promise<HttpServer> {
  const { httpOptions = {}, ...tideOptions } = options
  const tide = createTidewire<ChannelDeclarations>({ channels: openChannels, ...tideOptions })
  const http = createServer(httpOptions, (request, response) => {
    if (!tide.handle(request, response)) response.writeHead(404).end('not here')
  })
  tide.attach(http)
  const port = await listen(http)
  return {
    tide,
    http,
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    async [Symbol.asyncDispose]() {
      await tide.close()
      await stop(http)
    },
  }
}

/** What `createTidewire` takes, and Node's own options. */
export interface HttpServerOptions extends Partial<TidewireOptions<ChannelDeclarations>> {
  readonly httpOptions?: HttpOptions
}

/** A server under test. */
export interface HttpServer extends AsyncDisposable {
  readonly tide: Tidewire<ChannelDeclarations>
  readonly http: Server
  readonly port: number
  /** The WebSocket endpoint's. */
  readonly url: string
}

/** Takes `token-of-<name>`, which fits into a header, for the user of that name. */
export const bearerUsers = {
  verify(token) {
    const name = /^token-of-(\w+)$/.exec(token)?.[1]
    return name === undefined ? null : { userId: name }
  },
} as const satisfies AuthOptions

/** What such a user sends. */
export function bearer(name: string): { readonly Authorization: string } {
  return { Authorization: `Bearer token-of-${name}` }
}

/** A key as the server is told of it, and the header a backend sends. */
export function backendKey(
  scopes: readonly Scope[],
  {
    id = 'backend',
    channels,
  }: { readonly id?: string; readonly channels?: readonly string[] } = {},
): { readonly key: ApiKeyOptions; readonly headers: { readonly Authorization: string } } {
  const { token, secretHash } = createApiKey(id)
  return {
    key: { id, secretHash, scopes, ...(channels !== undefined && { channels }) },
    headers: { Authorization: `Bearer ${token}` },
  }
}
