/// <reference lib="esnext.disposable" preserve="true" />
import type { ChannelContracts, ChannelNames, DeclaresChannels } from '../protocol/channel-types.ts'
import type { MethodContracts, MethodInput, MethodOutput } from '../protocol/method-types.ts'
import type { ChannelOf } from './channel.ts'
import type { ClientState } from './client-state.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * The client as an application sees it: types only. `tidewire-client.ts` is the
 * one implementation.
 */

/** What a client may use when it is not told what the server declares: every channel and method, any payload. */
export type AnyChannels = DeclaresChannels<Readonly<Record<string, { readonly publish: 'anyone' }>>>

/** One connection to a server, kept alive, and the channels on it. */
export interface Client<
  TChannels extends ChannelContracts = AnyChannels['channels'],
  TMethods extends MethodContracts = MethodContracts,
> extends AsyncDisposable {
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
   * Calls a method of the server (P-024); resolves with what its handler answers.
   *
   * Made while the connection is down, or over the server's rate (P-060), it
   * waits, for at most `requestTimeoutMs` together with the answer, then it
   * rejects with `TIMEOUT`. At most 64 requests are with the server at a time;
   * the next waits for an answer to one of them. It is handled once at most:
   * when the connection breaks before the answer it rejects with
   * `CONNECTION_LOST`, and the method may have run or not. A refusal has the
   * server's code, such as `UNKNOWN_METHOD` or `HANDLER_FAILED`.
   */
  call<TName extends keyof TMethods & string>(
    method: TName,
    ...passedIn: CallArguments<MethodInput<TMethods[TName]>>
  ): Promise<MethodOutput<TMethods[TName]>>

  /**
   * Ends it all: closes the link with 1000, rejects open requests with
   * `DISPOSED`, ends `for await` loops, leaves no timer. Subscriptions are not
   * told: this is your own doing.
   */
  dispose(): void
}

/** What follows the name in a `call`; the payload may be left out where the method takes nothing certain. */
export type CallArguments<TInput> = undefined extends TInput
  ? [payload?: TInput, options?: CallOptions]
  : [payload: TInput, options?: CallOptions]

/** Options of `call`. */
export interface CallOptions {
  /** Aborting it rejects with `ABORTED`; what was sent may run all the same. */
  readonly signal?: AbortSignal | undefined
}

/** The client of a server, from what that declares: `ClientOf<typeof tide>`. */
export type ClientOf<TDeclares extends DeclaresChannels> = Client<
  TDeclares['channels'],
  NonNullable<TDeclares['methods']>
>
