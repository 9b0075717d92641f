import type { JsonSchema } from './json-schema.ts'
import type { ParameterDoc, Route, RouteAccess, RouteDoc } from './route.ts'

/**
 * The routes as OpenAPI 3.1: made from the very table that serves them, so every
 * route is in it and nothing else.
 */
export function openApiOf(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const route of routes) {
    const operations = paths[route.path] ?? {}
    paths[route.path] = { ...operations, [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tidewire over plain HTTP', version: '1' },
    // Where the document is from: by what name that is, only the reader knows.
    servers: [{ url: '/' }],
    paths,
    components: { securitySchemes, schemas: { Error: errorSchema, Position: positionSchema } },
  }
}

/** A reference to what is told once. */
export const positionRef: JsonSchema = { $ref: '#/components/schemas/Position' }

/** An object with these properties. */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties }
}

const positionSchema: JsonSchema = {
  oneOf: [
    objectSchema({ epoch: { type: 'string' }, offset: { type: 'integer', minimum: 0 } }),
    { type: 'null' },
  ],
}

const errorSchema: JsonSchema = {
  ...objectSchema({ code: { type: 'string' }, message: { type: 'string' } }),
  required: ['code', 'message'],
}

const securitySchemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'a backend: twk_<id>_<secret>' },
  user: { type: 'http', scheme: 'bearer', description: 'a user, as over WebSocket' },
}

function operationOf({ path, access, doc }: Route): JsonSchema {
  const { operationId, summary, query = [], headers = [], bodyType } = doc
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    description: name === 'channel' ? 'percent-encoded; slashes may stay' : 'percent-encoded',
    schema: { type: 'string' },
    isRequired: true,
  }))
  const parameters = [
    ...inPath.map((one) => parameterOf('path', one)),
    ...query.map((one) => parameterOf('query', one)),
    ...headers.map((one) => parameterOf('header', one)),
  ]
  return {
    operationId,
    summary,
    security: securityOf(access),
    ...(parameters.length > 0 && { parameters }),
    ...(bodyType && { requestBody: { required: true, content: contentOf({}, bodyType) } }),
    responses: responsesOf(doc, access),
  }
}

function parameterOf(
  place: string,
  { isRequired = false, ...parameter }: ParameterDoc,
): JsonSchema {
  return { in: place, required: isRequired, ...parameter }
}

function securityOf(access: RouteAccess): readonly JsonSchema[] {
  if (access === 'anybody') return []
  const backend = { apiKey: [] }
  // Nothing at all is for channels that anyone may use.
  return access.isForUsers ? [backend, { user: [] }, {}] : [backend]
}

function responsesOf(
  { answer = { type: 'object' }, contentType, refusals = {} }: RouteDoc,
  access: RouteAccess,
): JsonSchema {
  const own = access === 'anybody' ? refusals : { ...commonRefusals, ...refusals }
  return {
    200: { description: 'done', content: contentOf(answer, contentType) },
    ...Object.fromEntries(
      Object.entries(own).map(([status, description]) => [status, refusalOf(description)]),
    ),
  }
}

const commonRefusals = {
  400: 'a parameter, the channel or the payload is not what it should be',
  401: 'no credential, or one that is wrong or has expired; see WWW-Authenticate',
  403: 'the rules of the channel, or the scopes of the key, do not allow it',
  429: 'too many; see Retry-After',
  500: 'the server failed; the cause is in its log',
  503: 'not now; see Retry-After',
}

function refusalOf(description: string): JsonSchema {
  return { description, content: contentOf({ $ref: '#/components/schemas/Error' }) }
}

function contentOf(schema: JsonSchema, type = 'application/json'): JsonSchema {
  return { [type]: { schema } }
}
