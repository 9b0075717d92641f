import { type Server as HttpServer, type IncomingMessage, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'

/** Any Node HTTP(S) server: the one of Express, Fastify or Hono, or your own. */
export type NodeServer = HttpServer | HttpsServer

/** Takes over an upgrade request. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * Sends the upgrade requests for one path to a handler and leaves all others
 * alone. The answer detaches it again.
 */
export function handleUpgrades(
  server: NodeServer,
  path: string,
  handler: UpgradeHandler,
): () => void {
  const onUpgrade: UpgradeHandler = (request, socket, head) => {
    if (pathOf(request.url) === path) {
      // A peer that resets now raises `error` on the bare socket; without a
      // handler that ends the process.
      socket.on('error', ignoreError)
      handler(request, socket, head)
    } else if (server.listenerCount('upgrade') === 1) {
      leaveToApplication(server, request, socket)
    }
  }
  server.on('upgrade', onUpgrade)
  return () => server.off('upgrade', onUpgrade)
}

/**
 * Gives a request that is not ours to the application's own routes.
 *
 * Node stops doing that as soon as anybody listens for upgrades, and would
 * leave the socket open without an answer. Only when nobody else listens: with
 * a second handler the request may be meant for it.
 */
function leaveToApplication(server: NodeServer, request: IncomingMessage, socket: Duplex): void {
  socket.on('error', ignoreError)
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  // Without a parser the request never ends by itself, and an application that
  // reads its body would wait for ever. An upgrade request has none.
  request.push(null)
  response.assignSocket(request.socket)
  response.once('finish', () => {
    response.detachSocket(request.socket)
    socket.end()
  })
  server.emit('request', request, response)
}

// A request target may be anything a stranger types (`//host`, `%zz`), so it is
// compared as text: `new URL` throws on some of them.
function pathOf(target: string | undefined): string {
  const end = target?.search(/[?#]/) ?? -1
  return end === -1 ? (target ?? '') : (target ?? '').slice(0, end)
}

function ignoreError(): void {
  // The socket closes by itself; there is nobody to tell.
}
