import type { ChannelAccess } from './access.ts'
import type { MethodContracts } from './method-types.ts'
import type { SchemaInput, SchemaOutput, StandardSchema } from './standard-schema.ts'

/**
 * Channels at the type level: which names a pattern covers, what travels on
 * them, who may publish. No code: server and client share nothing else, and
 * `connect<typeof tide>()` pulls no server code into a browser.
 */

/** What both sides know of a declared channel. */
export interface ChannelContract {
  readonly schema?: StandardSchema | undefined
  readonly subscribe?: ChannelAccess | undefined
  readonly publish?: ChannelAccess | undefined
  readonly canSubscribe?: PermissionContract | undefined
  readonly canPublish?: PermissionContract | undefined
}

/** The contract knows that the server asks, and nothing of what. */
type PermissionContract = (request: never) => unknown

/** Contracts by pattern. */
export type ChannelContracts = Readonly<Record<string, ChannelContract>>

/** Anything that declares channels, and maybe methods: `typeof tide`. */
export interface DeclaresChannels<TChannels extends ChannelContracts = ChannelContracts> {
  readonly channels: TChannels
  readonly methods?: MethodContracts
}

/** The names a pattern covers: `chat:{room}` gives `chat:${string}`. */
type NameOf<TPattern extends string> = TPattern extends `${infer THead}{${string}}${infer TTail}`
  ? `${THead}${string}${NameOf<TTail>}`
  : TPattern

/** Every name that some pattern covers. */
export type ChannelNames<TChannels> = NameOf<keyof TChannels & string>

/** The pattern a name falls under; a literal one wins over one with params. */
type PatternOf<TChannels, TName extends string> = TName extends keyof TChannels
  ? TName
  : {
      [TPattern in keyof TChannels & string]: TName extends NameOf<TPattern> ? TPattern : never
    }[keyof TChannels & string]

/** What a subscriber of this name receives. */
export type PayloadOf<TChannels, TName extends string> = OutputOf<
  TChannels[PatternOf<TChannels, TName> & keyof TChannels]
>

/** What a publisher to this name passes in. */
export type PublishPayloadOf<TChannels, TName extends string> = InputOf<
  TChannels[PatternOf<TChannels, TName> & keyof TChannels]
>

/** Whether clients may publish to this name at all; the default is that they may not. */
export type IsPublishable<TChannels, TName extends string> = LetsPublish<
  TChannels[PatternOf<TChannels, TName> & keyof TChannels]
>

/** With a permission and no access, the access is `authenticated`. */
type LetsPublish<TContract> = TContract extends { readonly publish: ChannelAccess }
  ? TContract extends { readonly publish: Exclude<ChannelAccess, 'nobody'> }
    ? true
    : false
  : TContract extends { readonly canPublish: PermissionContract }
    ? true
    : false

type OutputOf<TContract> = TContract extends { readonly schema: infer TSchema }
  ? TSchema extends StandardSchema
    ? SchemaOutput<TSchema>
    : unknown
  : unknown

type InputOf<TContract> = TContract extends { readonly schema: infer TSchema }
  ? TSchema extends StandardSchema
    ? SchemaInput<TSchema>
    : unknown
  : unknown
