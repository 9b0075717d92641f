/**
 * The JSON body of a request, checked; a Refusal that names the field when it
 * is not what was asked for.
 */
import type { Request } from 'express'
import type { z } from 'zod'
import { Refusal } from '../access/refusal.ts'

/** Reads the body that `express.json` parsed. */
export function readBody<TBody>(request: Request, schema: z.ZodType<TBody>): TBody {
  const result = schema.safeParse(request.body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue?.path.join('.') ?? ''
  throw new Refusal('INVALID', field === '' ? 'not the body this takes' : `${field}: not valid`)
}
