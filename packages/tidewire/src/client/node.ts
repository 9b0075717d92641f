/**
 * The client for Node: the same as in a browser, over the `ws` package, because
 * Node 20 has no WebSocket of its own.
 */
import { type ClientOptions as SocketOptions, WebSocket } from 'ws'
import type { DeclaresChannels } from '../protocol/channel-types.ts'
import { browserEnvironment } from './browser-environment.ts'
import type { AnyChannels, ClientOf } from './client.ts'
import type { ClientOptions } from './client-options.ts'
import { connectIn } from './connect.ts'
import type { Dial } from './dial.ts'
import type { Environment } from './environment.ts'
import { type HttpFallbackOptions, httpFallbackIn } from './fallback/http-fallback.ts'
import { type HandshakeRefusal, handshakeRefusal } from './handshake-refusal.ts'
import { webSocketDial } from './web-socket-dial.ts'

export type {
  ChannelOf,
  HistoryOptions,
  HistoryPage,
  PublishableChannel,
  PublishOptions,
  PublishResult,
  StreamOptions,
  SubscribableChannel,
} from './channel.ts'
export type { AnyChannels, CallArguments, CallOptions, Client, ClientOf } from './client.ts'
export type { ClientOptions } from './client-options.ts'
export type { ClientState } from './client-state.ts'
export type { Clock } from './clock.ts'
export type { Dial, Link, LinkHandlers } from './dial.ts'
export type { FallbackStorage } from './fallback/fallback-memory.ts'
export type { HttpFallbackOptions, HttpWay } from './fallback/http-fallback.ts'
export type { Post, PostEnd, PostHearer, PostRequest } from './fallback/post.ts'
export { type LatestValue, type LatestValuesOptions, latestValue } from './latest-value.ts'
export type {
  ChannelEvent,
  Gap,
  Recovered,
  SubscribeOptions,
  Subscription,
} from './subscription.ts'
export {
  type ClientErrorCode,
  isTidewireError,
  TidewireError,
  type TidewireErrorOptions,
} from './tidewire-error.ts'

/**
 * A server that does not answer a goodbye within 2 s is cut off, so that a
 * process can end. The types of `ws` do not know the option yet.
 */
const socketOptions: SocketOptions & { readonly closeTimeout: number } = { closeTimeout: 2_000 }

/**
 * See `connect` for browsers. Two things differ: a URL cannot be relative, and
 * the status a handshake was refused with is seen, and is as good as a close
 * code: 401 as 4001 (ends), 403 as 4003 (once more with a fresh token, then
 * ends), 429 as 4012 and 503 as 1013 (backs off, no sooner than `Retry-After`
 * in seconds says). Any other status is a lost connection.
 */
export function connect<TDeclares extends DeclaresChannels = AnyChannels>(
  url: string,
  options: ClientOptions = {},
): ClientOf<TDeclares> {
  return connectIn<TDeclares>(nodeEnvironment(), url, options)
}

/**
 * See `httpFallback` for browsers. Here a handshake that was refused with a
 * status is no reason to try another way: the client does what the status says.
 */
export function httpFallback(options: HttpFallbackOptions = {}): Dial {
  return httpFallbackIn(nodeEnvironment(), options)
}

function nodeEnvironment(): Environment {
  return {
    ...browserEnvironment(),
    dial,
    report: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
  }
}

const dial: Dial = (url, protocols, handlers) => {
  let refusal: HandshakeRefusal | null = null
  const open = webSocketDial((...address) => {
    const socket = openSocket(...address)
    socket.once('unexpected-response', (_request, { statusCode, headers }) => {
      refusal = handshakeRefusal(statusCode, headers['retry-after'])
      // Who listens for the answer has to end the socket; its close follows.
      socket.terminate()
    })
    return socket
  })
  return open(url, protocols, {
    onMessage: handlers.onMessage,
    onClose(code, reason) {
      const told = refusal ?? { code, reason }
      handlers.onClose(told.code, told.reason)
    },
  })
}

function openSocket(url: string, protocols: readonly string[]): WebSocket {
  return new WebSocket(url, [...protocols], socketOptions)
}
