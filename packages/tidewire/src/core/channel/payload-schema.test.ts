import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { StandardSchema } from '../../protocol/standard-schema.ts'
import { checkPayload } from './payload-schema.ts'

/** The same schema three times: a text of one letter or more, and points that are numbers. */
const schemas: readonly (readonly [string, StandardSchema])[] = [
  ['zod', z.object({ text: z.string().min(1), points: z.array(z.number()).optional() })],
  [
    'valibot',
    v.object({
      text: v.pipe(v.string(), v.minLength(1)),
      points: v.optional(v.array(v.number())),
    }),
  ],
  ['arktype', type({ text: 'string >= 1', 'points?': 'number[]' })],
]

describe.each(schemas)('a payload checked by %s', (_name, schema) => {
  it('is written as JSON when it fits, at once', () => {
    const payload = { text: 'hi "ü"', points: [1, 2.5] }
    expect(checkPayload(schema, payload)).toMatchObject({
      ok: true,
      json: JSON.stringify(payload),
    })
  })

  it.each([
    ['payload.text', { text: 1 }],
    ['payload.text', {}],
    ['payload.points.1', { text: 'a', points: [1, 'two'] }],
  ])('is refused with the path %s and nothing of the schema: %j', (path, payload) => {
    expect(checkPayload(schema, payload)).toEqual({
      ok: false,
      message: `${path} does not fit the schema of the channel`,
    })
  })

  it.each([null, 1, 'text', [], true])('is refused when it is %j', (payload) => {
    expect(checkPayload(schema, payload)).toMatchObject({ ok: false })
  })
})

describe('checkPayload', () => {
  it('sends on what a schema makes of a payload', () => {
    const trimmed = z.object({ text: z.string().trim(), n: z.number().default(7) })
    expect(checkPayload(trimmed, { text: ' a ', extra: 1 })).toMatchObject({
      json: '{"text":"a","n":7}',
    })
  })

  it('waits for a schema that takes its time', async () => {
    const slow = z.string().refine(async (text) => text === 'known')
    const checked = checkPayload(slow, 'known')
    expect(checked).toBeInstanceOf(Promise)
    expect(await checked).toMatchObject({ ok: true, json: '"known"' })
    expect(await checkPayload(slow, 'unknown')).toMatchObject({ ok: false })
  })

  it('takes any JSON without a schema', () => {
    expect(checkPayload(null, { a: [null] })).toMatchObject({ ok: true, json: '{"a":[null]}' })
  })

  it.each([undefined, () => 1, Symbol('s')])('refuses %s: it is not JSON', (payload) => {
    expect(checkPayload(null, payload)).toEqual({ ok: false, message: 'payload is not JSON' })
  })

  it('keeps `__proto__` as data', () => {
    const payload: unknown = JSON.parse('{"__proto__":{"polluted":1}}')
    expect(checkPayload(null, payload)).toMatchObject({ json: '{"__proto__":{"polluted":1}}' })
    expect({}).not.toHaveProperty('polluted')
  })

  it('names the payload itself when a schema names no path', () => {
    const pathless: StandardSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'x' }] }) },
    }
    expect(checkPayload(pathless, 1)).toEqual({
      ok: false,
      message: 'payload does not fit the schema of the channel',
    })
  })

  it('reads paths that are made of objects', () => {
    const issues = [{ message: 'x', path: [{ key: 'a' }, 0, { key: Symbol('s') }] }]
    const schema: StandardSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) },
    }
    expect(checkPayload(schema, 1)).toMatchObject({
      message: 'payload.a.0.Symbol(s) does not fit the schema of the channel',
    })
  })
})
