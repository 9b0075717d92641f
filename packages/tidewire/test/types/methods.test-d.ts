import { expectTypeOf } from 'vitest'
import { z } from 'zod'
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
