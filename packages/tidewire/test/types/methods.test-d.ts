import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { type ClientOf, connect } from '../../src/client/index.ts'
import { createTidewire, method } from '../../src/node/index.ts'
import type { MethodInput, MethodOutput } from '../../src/protocol/method-types.ts'

const tide = createTidewire({
  channels: {},
  methods: {
    sum: method({
      input: z.object({ a: z.number(), b: z.number() }),
      access: 'anyone',
      handle: async ({ a, b }, caller) => {
        expectTypeOf(caller.userId).toEqualTypeOf<string | null>()
        return a + b
      },
    }),
    now: method({ handle: () => ({ at: 1 }) }),
  },
})

type Methods = typeof tide.methods
expectTypeOf<MethodInput<Methods['sum']>>().toEqualTypeOf<{ a: number; b: number }>()
expectTypeOf<MethodOutput<Methods['sum']>>().toEqualTypeOf<number>()
expectTypeOf<MethodInput<Methods['now']>>().toEqualTypeOf<unknown>()
expectTypeOf<MethodOutput<Methods['now']>>().toEqualTypeOf<{ at: number }>()

const client = connect<typeof tide>('wss://example.com/ws')
expectTypeOf(client).toEqualTypeOf<ClientOf<typeof tide>>()
expectTypeOf(client.call('sum', { a: 1, b: 2 })).resolves.toEqualTypeOf<number>()
expectTypeOf(client.call('now')).resolves.toEqualTypeOf<{ at: number }>()
void client.call('now', { what: 'ever' }, { signal: AbortSignal.timeout(5) })
// @ts-expect-error: nothing is passed in
void client.call('sum')
// @ts-expect-error: b is missing
void client.call('sum', { a: 1 })
// @ts-expect-error: there is no such method
void client.call('difference', { a: 1, b: 2 })
// @ts-expect-error: there is no such option
void client.call('now', null, { timeoutMs: 5 })

const withoutMethods = createTidewire({ channels: {} })
const silent = connect<typeof withoutMethods>('wss://example.com/ws')
// @ts-expect-error: this server has no methods
void silent.call('sum')
