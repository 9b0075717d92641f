import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import {
  createTidewire,
  jwtAuth,
  type Logger,
  type Tidewire,
  type TidewireOptions,
} from '../node/index.ts'
import type { ServeConfig, ServedChannels } from './config/serve-config.ts'
import { type Endpoint, listen } from './listen.ts'
import { answerPlainHttp } from './plain-http.ts'

/**
 * The standalone server: Tidewire on an HTTP server of its own, made from a
 * config. Uses nothing an application could not use.
 */
export interface StandaloneServer extends AsyncDisposable {
  /** `http://host:port`, with the real port. */
  readonly url: string
  /** Takes nobody new, says goodbye to everybody, and resolves when all is closed. */
  close(): Promise<void>
}

export interface ServeOptions extends Endpoint {
  readonly config: ServeConfig
  readonly logger: Logger
}

/** @throws CliError when the port cannot be had. */
export async function serve(options: ServeOptions): Promise<StandaloneServer> {
  const { config, port, host, logger } = options
  const tide = createTidewire(tidewireOptions(config, logger))
  const server = createServer(answerPlainHttp)
  tide.attach(server, { path: config.path })
  const sockets = openSockets(server)
  const url = await listen(server, { port, host })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= closeAll(server, tide, sockets)
    return closed
  }
  return { url, close, [Symbol.asyncDispose]: close }
}

function tidewireOptions(
  { auth = {}, channels, limits }: ServeConfig,
  logger: Logger,
): TidewireOptions<ServedChannels> {
  const strategies = auth.jwt === undefined ? [] : [jwtAuth(auth.jwt)]
  return { channels, auth: { mode: auth.mode, strategies }, limits, logger }
}

function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function closeAll(
  server: Server,
  tide: Pick<Tidewire<ServedChannels>, 'close'>,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await tide.close()
  // A peer that never sent its request, or never hangs up, would hold the
  // server open for as long as it likes.
  for (const socket of sockets) socket.destroy()
  await closed
}
