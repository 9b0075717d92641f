import type { StandardResult, StandardSchema } from '../../protocol/standard-schema.ts'

/**
 * A payload on its way to the broker: checked against the schema of its channel
 * and written as JSON, once.
 */
export type CheckedPayload =
  | { readonly ok: true; readonly json: string; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

/** Checks a payload. Answers at once when the schema does, so that the order of publishes is kept. */
export function checkPayload(
  schema: StandardSchema | null,
  payload: unknown,
): CheckedPayload | Promise<CheckedPayload> {
  if (schema === null) return encodePayload(payload)
  const result = schema['~standard'].validate(payload)
  return result instanceof Promise ? result.then(fromResult) : fromResult(result)
}

function fromResult(result: StandardResult<unknown>): CheckedPayload {
  if (result.issues === undefined) return encodePayload(result.value)
  return { ok: false, message: `${pathOf(result.issues)} does not fit the schema of the channel` }
}

function encodePayload(value: unknown): CheckedPayload {
  const json: string | undefined = JSON.stringify(value)
  return json === undefined
    ? { ok: false, message: 'payload is not JSON' }
    : { ok: true, json, value }
}

// The path is the sender's own; a validator's message may tell of the server's
// types, so it stays here (security.md, row 16).
function pathOf(
  issues: Extract<StandardResult<unknown>, { issues: readonly unknown[] }>['issues'],
): string {
  const segments = issues[0]?.path ?? []
  const keys = segments.map((segment) => (typeof segment === 'object' ? segment.key : segment))
  return ['payload', ...keys.map(String)].join('.')
}
