import type { StandardSchema } from '../../protocol/standard-schema.ts'

/** A JSON Schema; `{}` is for anything. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * What a schema says of itself as JSON Schema, where its library can: by Standard
 * JSON Schema (zod, arktype, valibot), or a `toJSONSchema` of its own. What has
 * none, such as a transformation, is left open.
 */
export function jsonSchemaOf(schema: StandardSchema | undefined, side: SchemaSide): JsonSchema {
  if (schema === undefined) return anything
  try {
    return byStandard(schema, side) ?? byItself(schema) ?? anything
  } catch {
    return anything
  }
}

/** What is passed in, or what comes out of it. */
export type SchemaSide = 'input' | 'output'

const anything: JsonSchema = {}
const target = { target: 'draft-2020-12' }

type Convert = (options: typeof target) => unknown

function byStandard(schema: StandardSchema, side: SchemaSide): JsonSchema | null {
  // Past what is checked here these are the application's libraries.
  const { jsonSchema } = schema['~standard'] as {
    jsonSchema?: Partial<Record<SchemaSide, Convert>>
  }
  return schemaIn(jsonSchema?.[side]?.(target))
}

function byItself(schema: StandardSchema): JsonSchema | null {
  return 'toJSONSchema' in schema && typeof schema.toJSONSchema === 'function'
    ? schemaIn(schema.toJSONSchema())
    : null
}

function schemaIn(made: unknown): JsonSchema | null {
  // An object by the check beside it, and read as nothing but one.
  return typeof made === 'object' && made !== null ? (made as JsonSchema) : null
}
