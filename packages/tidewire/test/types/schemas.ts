import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

/**
 * One declaration with a schema of each library that speaks Standard Schema,
 * for the type tests. A valibot schema that transforms tells input and output
 * apart.
 */
export const channels = {
  'chat:{room}': {
    schema: z.object({ text: z.string(), urgent: z.boolean().default(false) }),
    subscribe: 'anyone',
    publish: 'authenticated',
  },
  'chat:lobby': { schema: z.object({ announcement: z.string() }), publish: 'anyone' },
  'game/{id}/moves/{player}': {
    schema: v.object({ at: v.pipe(v.string(), v.transform(Number)) }),
    publish: 'anyone',
  },
  'prices:{symbol}': { schema: type({ price: 'number' }), publish: 'nobody' },
  news: { subscribe: 'anyone' },
} as const
