import type { ChannelContracts, ChannelNames, DeclaresChannels } from '../protocol/channel-types.ts'
import type { ChannelOf } from './channel.ts'
import type { ClientState } from './client-state.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * The client as an application sees it: types only. `tidewire-client.ts` is the
 * one implementation.
 */

/** What a client may use when it is not told what the server declares: every name, any payload. */
export type AnyChannels = DeclaresChannels<Readonly<Record<string, { readonly publish: 'anyone' }>>>

/** One connection to a server, kept alive, and the channels on it. */
export interface Client<TChannels extends ChannelContracts = AnyChannels['channels']>
  extends AsyncDisposable {
  /** What the connection is doing now. */
  readonly state: ClientState

  /** Calls back with every new state; the answer takes the handler away. */
  on(event: 'state', handler: (state: ClientState) => void): () => void

  /**
   * Calls back with every failure nobody else hears of: a token provider or a
   * handler that threw, a frame that is none, a gap or an end no subscription
   * has a function for. Without a handler they go where the platform puts
   * uncaught errors.
   */
  on(event: 'error', handler: (error: TidewireError) => void): () => void

  /** The channel of this name. Costs nothing until it is used; a name that cannot be is refused then. */
  channel<TName extends ChannelNames<TChannels>>(name: TName): ChannelOf<TChannels, TName>

  /**
   * Ends it all: closes the link with 1000, rejects open requests with
   * `DISPOSED`, ends `for await` loops, leaves no timer. Subscriptions are not
   * told: this is your own doing.
   */
  dispose(): void
}
