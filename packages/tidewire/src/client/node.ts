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
import type { Environment } from './environment.ts'
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
export { type LatestValue, type LatestValuesOptions, latestValue } from './latest-value.ts'
export type {
  ChannelEvent,
  Gap,
  Recovered,
  SubscribeOptions,
  Subscription,
  SubscriptionEnd,
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

/** See `connect` for browsers; the only difference is that a URL cannot be relative. */
export function connect<TDeclares extends DeclaresChannels = AnyChannels>(
  url: string,
  options: ClientOptions = {},
): ClientOf<TDeclares> {
  return connectIn<TDeclares>(nodeEnvironment(), url, options)
}

function nodeEnvironment(): Environment {
  return {
    ...browserEnvironment(),
    dial: webSocketDial((url, protocols) => new WebSocket(url, [...protocols], socketOptions)),
    report: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
  }
}
