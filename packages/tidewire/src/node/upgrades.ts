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
 *
 * @throws TypeError for a path that no client asks for, and for one of this server
 *   that has a handler already.
 */
export function handleUpgrades(
  server: NodeServer,
  path: string,
  handler: UpgradeHandler,
): () => void {
  if (!isAskedFor(path)) {
    throw new TypeError(`path is like "/ws", as it stands in a URL, not ${JSON.stringify(path)}`)
  }
  if (server.listeners('upgrade').some((listener) => paths.get(listener) === path)) {
    throw new TypeError(`${path} of this server is attached already`)
  }
  const onUpgrade: UpgradeHandler = (request, socket, head) => {
    const target = pathOf(request.url)
    const isOurs = target === path
    if (!isOurs && !isLeftTo(onUpgrade, server, target)) return
    // A peer that resets now raises `error` on the bare socket; without a
    // handler that ends the process.
    socket.on('error', ignoreError)
    const response = responseTo(request)
    // Nobody who means well says both in one breath, and there is nowhere to say no.
    if (response === null) return request.socket.destroySoon()
    if (!isOurs) return leaveToApplication(server, response, socket)
    response.detachSocket(request.socket)
    handler(request, socket, head)
  }
  paths.set(onUpgrade, path)
  server.on('upgrade', onUpgrade)
  return () => server.off('upgrade', onUpgrade)
}

// Several paths of one server may be ours, each with a listener of its own.
const paths = new WeakMap<object, string>()

/** Whether a request is nobody's, and this listener the one of ours that says so. */
function isLeftTo(onUpgrade: UpgradeHandler, server: NodeServer, target: string): boolean {
  const listeners = server.listeners('upgrade')
  return (
    listeners[0] === onUpgrade &&
    listeners.every((listener) => paths.has(listener) && paths.get(listener) !== target)
  )
}

/**
 * What answers an upgrade request; null while the answer to a request before it is
 * on its way: the socket is that one's, and would carry it in the middle of what
 * follows the upgrade.
 */
function responseTo(request: IncomingMessage): ServerResponse | null {
  const response = new ServerResponse(request)
  try {
    response.assignSocket(request.socket)
    return response
  } catch {
    return null
  }
}

/**
 * Gives a request that is not ours to the application's own routes.
 *
 * Node stops doing that as soon as anybody listens for upgrades, and would
 * leave the socket open without an answer. Only when nobody else listens: with
 * a foreign handler the request may be meant for it.
 */
function leaveToApplication(server: NodeServer, response: ServerResponse, socket: Duplex): void {
  const request = response.req
  response.shouldKeepAlive = false
  // Without a parser the request never ends by itself, and an application that
  // reads its body would wait for ever. An upgrade request has none.
  request.push(null)
  response.once('finish', () => {
    response.detachSocket(request.socket)
    // A peer that never closes its side would keep the socket.
    socket.end(() => socket.destroy())
  })
  server.emit('request', request, response)
}

// Compared with request targets as they stand: clients have taken ".." out before
// they ask, and what follows "?" is no part of it.
function isAskedFor(path: string): boolean {
  return path.startsWith('/') && new URL(`http://host${path}`).pathname === path
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
