/**
 * The client for browsers, workers and every runtime with a global WebSocket.
 *
 * Loading it does nothing; `connect` begins.
 */
import type { DeclaresChannels } from '../protocol/channel-types.ts'
import { browserEnvironment } from './browser-environment.ts'
import type { AnyChannels, ClientOf } from './client.ts'
import type { ClientOptions } from './client-options.ts'
import { connectIn } from './connect.ts'
import type { Dial } from './dial.ts'
import { type HttpFallbackOptions, httpFallbackIn } from './fallback/http-fallback.ts'

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
 * Connects to a server, and stays connected until it is disposed.
 *
 * A browser does not say why a server has refused a handshake (P-004): to the
 * client a wrong cookie or origin looks like a server that is not there, and it
 * backs off and goes on trying. What is to end the client is for the server to
 * say on the connection, by its close code.
 *
 * @typeParam TDeclares what declares the channels, `typeof tide`: then names,
 *   payloads and who may publish are checked. Without it, any channel goes.
 * @param url where the server is: `ws:`, `wss:`, `http:`, `https:`, or a path of
 *   the page's own server, such as `/ws`
 * @throws TypeError for an address or an option that cannot work
 */
export function connect<TDeclares extends DeclaresChannels = AnyChannels>(
  url: string,
  options: ClientOptions = {},
): ClientOf<TDeclares> {
  return connectIn<TDeclares>(browserEnvironment(), url, options)
}

/**
 * For `connect`'s `dial`: WebSocket first, and where a proxy or a firewall does
 * not let it through, server-sent events, then long-poll, with the same API and
 * the same guarantees. The server has to serve plain HTTP (`tide.httpHandler()`).
 *
 * What it costs: each change of subscriptions is a request, and a channel without
 * history may lose events meanwhile, which is told as a gap; over long-poll that
 * may be between any two events.
 *
 * @example
 * const client = connect<typeof tide>('/ws', { dial: httpFallback() })
 */
export function httpFallback(options: HttpFallbackOptions = {}): Dial {
  return httpFallbackIn(browserEnvironment(), options)
}
