import { expect, test } from 'vitest'
import { makeAttack } from './attack-event.ts'

const attacks = Array.from({ length: 2_000 }, (_, index) => makeAttack(index, index + 1))

test('an attack is as long as those of the attack map', () => {
  const lengths = attacks.map((attack) => JSON.stringify(attack).length)
  expect(Math.min(...lengths)).toBeGreaterThan(190)
  expect(Math.max(...lengths)).toBeLessThan(240)
})

test('the same number makes the same attack, another one another', () => {
  expect(makeAttack(5, 7)).toEqual(makeAttack(5, 7))
  const withoutStamps = attacks.map(({ at: _at, seq: _seq, ...rest }) => JSON.stringify(rest))
  expect(new Set(withoutStamps).size).toBeGreaterThan(attacks.length * 0.9)
})

test('a few countries send most of it', () => {
  const byCountry = new Map<string, number>()
  for (const { from } of attacks) {
    byCountry.set(from.country, (byCountry.get(from.country) ?? 0) + 1)
  }
  const [most = 0] = [...byCountry.values()].sort((a, b) => b - a)
  expect(byCountry.size).toBe(24)
  expect(most).toBeGreaterThan(attacks.length / 10)
})
