import type { StandardSchema } from '../../protocol/standard-schema.ts'

/** A JSON Schema of draft 7, which AsyncAPI takes one to be; `{}` is for anything. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * What a schema says of itself as JSON Schema, where its library can: by Standard
 * JSON Schema (zod, arktype), or a `toJSONSchema` of its own. A part that has none,
 * such as a date or a transformation, is left open; of a whole it is said.
 */
export function jsonSchemaOf(schema: StandardSchema | undefined, side: SchemaSide): JsonSchema {
  if (schema === undefined) return {}
  try {
    return byStandard(schema, side) ?? byItself(schema) ?? untold
  } catch {
    return untold
  }
}

/** What is passed in, or what comes out of it. */
export type SchemaSide = 'input' | 'output'

const untold: JsonSchema = {
  description: 'checked by a schema that cannot be told as JSON Schema',
}

/** `unrepresentable` is for zod, which otherwise gives up a whole schema for one date in it. */
const conversion = { target: 'draft-07', libraryOptions: { unrepresentable: 'any' } }

type Convert = (options: typeof conversion) => unknown

function byStandard(schema: StandardSchema, side: SchemaSide): JsonSchema | null {
  // Past what is checked here these are the application's libraries.
  const { jsonSchema } = schema['~standard'] as {
    jsonSchema?: Partial<Record<SchemaSide, Convert>>
  }
  return schemaIn(jsonSchema?.[side]?.(conversion))
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
