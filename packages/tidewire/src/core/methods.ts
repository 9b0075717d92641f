import type { Access } from '../protocol/access.ts'
import type { MethodContract } from '../protocol/method-types.ts'
import type { SchemaOutput, StandardSchema } from '../protocol/standard-schema.ts'
import type { Identity } from './ports/auth.ts'

/**
 * What clients may call (P-024): request and response beside the channels.
 */

/** One method. */
export interface MethodOptions<TInput, TOutput> {
  /** What is passed in: any Standard Schema. What does not fit answers `INVALID_PAYLOAD`. Default: any JSON. */
  readonly input?: StandardSchema<unknown, TInput> | undefined

  /** Who may call it. Default `authenticated`; others get `FORBIDDEN`. */
  readonly access?: Access | undefined

  /**
   * Answers the call with what can be written as JSON. What it throws is logged;
   * the caller gets `HANDLER_FAILED` and no word of it (P-052).
   */
  readonly handle: (input: TInput, caller: MethodCaller) => TOutput | Promise<TOutput>
}

/** Who calls. */
export interface MethodCaller {
  readonly connectionId: string
  /** Who it is, with the claims of the credential; null for an anonymous caller. */
  readonly user: Identity | null
  /** The id of `user`; null for an anonymous caller. */
  readonly userId: string | null
}

/** Methods by name. */
export type MethodDeclarations = Readonly<Record<string, MethodContract>>

/** What the engine looks methods up in. */
export type Methods = MethodDeclarations

/**
 * Declares a method; the handler's input has the type of the schema.
 *
 * @example
 * const sum = method({
 *   input: z.object({ a: z.number(), b: z.number() }),
 *   access: 'anyone',
 *   handle: ({ a, b }) => a + b,
 * })
 */
export function method<const TSchema extends StandardSchema, TOutput>(
  options: Omit<MethodOptions<SchemaOutput<TSchema>, TOutput>, 'input'> & {
    readonly input: TSchema
  },
): typeof options
export function method<TOutput>(
  options: Omit<MethodOptions<unknown, TOutput>, 'input'>,
): typeof options
export function method(options: MethodContract): MethodContract {
  return options
}
