/**
 * Opens the listeners and tells the operator which option to change when one
 * cannot be opened.
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { LineSink } from './ingest/line-sink.ts'
import type { Receiver } from './ingest/receiver.ts'
import { listenTcp } from './ingest/tcp-receiver.ts'
import { listenUdp } from './ingest/udp-receiver.ts'
import type { Options } from './options.ts'
import { type ListenTarget, listenError } from './startup-error.ts'

/** Listens for pages and WebSocket connections. */
export async function openHttp(server: Server, { host, port }: Options): Promise<Receiver> {
  const bound = await orStartupError({ option: '--port', host, port }, async () => {
    server.listen(port, host)
    await once(server, 'listening')
    return server.address()
  })
  if (bound === null || typeof bound === 'string') throw new TypeError('not listening on a port')
  return { address: bound.address, port: bound.port, close: () => closeHttp(server) }
}

/** Listens for syslog over UDP. */
export function openSyslogUdp(
  sink: LineSink,
  { host, syslogUdpPort: port }: Options,
  now: () => number,
): Promise<Receiver> {
  const target = { option: '--syslog-udp', host, port }
  return orStartupError(target, () => listenUdp(sink, { host, port, now }))
}

/** Listens for syslog over TCP. */
export function openSyslogTcp(
  sink: LineSink,
  { host, syslogTcpPort: port }: Options,
  now: () => number,
): Promise<Receiver> {
  const target = { option: '--syslog-tcp', host, port }
  return orStartupError(target, () => listenTcp(sink, { host, port, now }))
}

async function orStartupError<T>(target: ListenTarget, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen()
  } catch (error) {
    if (error instanceof Error) throw listenError(target, error)
    throw error
  }
}

function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
