import type { Access } from './access.ts'
import type { SchemaInput, StandardSchema } from './standard-schema.ts'

/**
 * Methods at the type level: what a `call` passes in and gets back. No code, as
 * with channels: `connect<typeof tide>()` takes its types from here.
 */

/** What both sides know of a declared method. */
export interface MethodContract {
  readonly input?: StandardSchema | undefined
  readonly access?: Access | undefined
  readonly handle: (input: never, caller: never) => unknown
}

/** Contracts by name. */
export type MethodContracts = Readonly<Record<string, MethodContract>>

/** What a caller of this method passes in. */
export type MethodInput<TMethod> = TMethod extends { readonly input: infer TSchema }
  ? TSchema extends StandardSchema
    ? SchemaInput<TSchema>
    : unknown
  : unknown

/** What it gets back: what the handler answers, as JSON carries it. */
export type MethodOutput<TMethod> = TMethod extends {
  readonly handle: (input: never, caller: never) => infer TOutput
}
  ? Awaited<TOutput>
  : unknown
