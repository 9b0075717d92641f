import { expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { PublicAttack } from '../shared/public-attack.ts'
import type { Stats } from '../shared/stats.ts'
import { publicAttackSchema, type statsSchema } from './channel-schemas.ts'
import { createTide } from './channels.ts'

const attack: PublicAttack = {
  at: 1,
  from: { country: 'NO', latitude: 61, longitude: 9 },
  to: null,
  class: 'scan',
  severity: 3,
  action: 'blocked',
  count: 1,
  demo: false,
}

it('has schemas of exactly the shared types', () => {
  expectTypeOf<z.output<typeof publicAttackSchema>>().toEqualTypeOf<PublicAttack>()
  expectTypeOf<z.output<typeof statsSchema>>().toEqualTypeOf<Stats>()
  expect(publicAttackSchema.parse(attack)).toEqual(attack)
})

it.each([
  { address: '1.2.3.4' },
  { severity: 11 },
  { severity: 1.5 },
  { count: 0 },
  { class: 'new' },
  { from: { country: 'NO', latitude: 61.5, longitude: 9 } },
  { from: { country: 'NO', latitude: 61, longitude: 9, city: 'Oslo' } },
])('refuses an attack with %j', (wrong) => {
  expect(publicAttackSchema.safeParse({ ...attack, ...wrong }).success).toBe(false)
})

it('publishes attacks to both channels and refuses what does not fit', async () => {
  const tide = createTide({ auth: {}, trustProxy: [] })
  await expect(tide.publish('attacks:public', attack)).resolves.toBeDefined()
  await expect(tide.publish('attacks:public', { ...attack, severity: 99 })).rejects.toThrow(
    TypeError,
  )
  await tide.close()
})
