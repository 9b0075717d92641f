import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import {
  type Counters,
  createTidewire,
  type LogFields,
  type Logger,
  type NodeServer,
  type Tidewire,
} from '../node/index.ts'
import { loadBroker } from './broker.ts'
import { Certificate } from './certificate.ts'
import type { ServeConfig, ServedChannels } from './config/serve-config.ts'
import { listen } from './listen.ts'
import { answerOthers } from './not-found.ts'
import { tidewireOptions } from './tidewire-options.ts'

/**
 * The standalone server: Tidewire on an HTTP or HTTPS server of its own, made from
 * a config. Uses nothing an application could not use.
 */
export interface StandaloneServer extends AsyncDisposable {
  /** `http://host:port` or `https://host:port`, with the real port. */
  readonly url: string
  /** Reads the certificate again now; without TLS there is none. */
  reloadCertificate(): Promise<void>
  /**
   * Is not ready any more, sends every client elsewhere, and resolves when all have
   * gone. With `handOver` the port is another's from now on.
   */
  drain(): Promise<void>
  /** Takes nobody new, says goodbye to everybody, and resolves when all is closed. */
  close(): Promise<void>
}

export interface ServeOptions {
  readonly config: ServeConfig
  readonly logger: Logger
}

/** @throws CliError when the port cannot be had, or the broker's package is not there. */
export async function serve({ config, logger }: ServeOptions): Promise<StandaloneServer> {
  const { host = '127.0.0.1', port = 3000, path = '/ws', drain, handOver = false } = config
  const makeBroker = await loadBroker(config.broker)
  const tide = createTidewire({ ...tidewireOptions(config, logger), broker: makeBroker(logger) })
  const answerOther = answerOthers(path)
  const { server, certificate } = serverFor(config, logger, (request, response) => {
    if (!tide.handle(request, response)) answerOther(request, response)
  })
  tide.attach(server, { path, rejectAnonymous: config.auth?.rejectAnonymous })
  const sockets = openSockets(server)
  const onTaken = () => logger.info('the port is taken; waiting until it is given up', { port })
  const url = await listen(server, { host, port }, { onTaken: handOver ? onTaken : undefined })
  certificate?.watch()
  logger.info('listening', { url })
  const shut = shutterOf(server)
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    certificate?.unwatch()
    closed ??= closeAll({ shut, tide, sockets, logger })
    return closed
  }
  return {
    url,
    reloadCertificate: async () => certificate?.reload(),
    drain() {
      if (handOver) void shut()
      return tide.drain(drain)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Running {
  readonly shut: () => Promise<void>
  readonly tide: Pick<Tidewire<ServedChannels>, 'close' | 'counters'>
  readonly sockets: ReadonlySet<Socket>
  readonly logger: Logger
}

async function closeAll({ shut, tide, sockets, logger }: Running): Promise<void> {
  const closed = shut()
  await tide.close()
  // A peer that never sent its request, or never hangs up, would hold the
  // server open for as long as it likes.
  for (const socket of sockets) socket.destroy()
  await closed
  logger.info('closed', totalsOf(tide.counters))
}

/** Gives the port up, once, and resolves when the last connection has gone. */
function shutterOf(server: NodeServer): () => Promise<void> {
  let shut: Promise<void> | undefined
  return () => {
    shut ??= new Promise((resolve) => server.close(() => resolve()))
    return shut
  }
}

/** What a run came to: events, and why connections ended. */
function totalsOf({ deliveries, missed, closed }: Readonly<Counters>): LogFields {
  const ended = Object.entries(closed).filter(([, count]) => count > 0)
  return { deliveries, missed, ended: Object.fromEntries(ended) }
}

interface OwnServer {
  readonly server: NodeServer
  /** Null without TLS. */
  readonly certificate: Certificate | null
}

function serverFor({ tls }: ServeConfig, logger: Logger, listener: RequestListener): OwnServer {
  if (tls === undefined) return { server: createServer(listener), certificate: null }
  const server = createSecureServer(listener)
  return { server, certificate: new Certificate(tls, { server, logger }) }
}

function openSockets(server: NodeServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}
