/**
 * The Standard Schema interface, version 1 (https://standardschema.dev, MIT):
 * what zod, valibot and arktype schemas have in common. Only the parts that
 * Tidewire reads, copied as the specification invites libraries to.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: StandardTypes<Input, Output> | undefined
  }
}

/** What `validate` answers: the value, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

interface StandardTypes<Input, Output> {
  readonly input: Input
  readonly output: Output
}

/** What a publisher passes in. */
export type SchemaInput<TSchema extends StandardSchema> = NonNullable<
  TSchema['~standard']['types']
>['input']

/** What subscribers get. */
export type SchemaOutput<TSchema extends StandardSchema> = NonNullable<
  TSchema['~standard']['types']
>['output']
