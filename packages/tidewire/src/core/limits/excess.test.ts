import { expect, it } from 'vitest'
import { Excess } from './excess.ts'

it('is too much after 10 s in which no second was without a refusal', () => {
  const excess = new Excess()
  for (let at = 500; at < 10_500; at += 999) expect(excess.add(at)).toBe(false)
  expect(excess.add(10_490)).toBe(false)
  expect(excess.add(10_499.9)).toBe(false)
  expect(excess.add(10_500)).toBe(true)
  expect(excess.add(10_501)).toBe(true)
})

it('begins anew after a second without a refusal', () => {
  const excess = new Excess()
  for (let at = 0; at < 9_900; at += 100) excess.add(at)
  expect(excess.add(10_800)).toBe(false)
  for (let at = 10_900; at < 20_800; at += 100) expect(excess.add(at)).toBe(false)
  expect(excess.add(20_800)).toBe(true)
})

it('is never too much for refusals that are a second apart', () => {
  const excess = new Excess()
  for (let at = 0; at < 60_000; at += 1_000) expect(excess.add(at)).toBe(false)
})

it('spares one token in 10 s', () => {
  const excess = new Excess()
  expect(excess.spareToken(5)).toBe(true)
  expect(excess.spareToken(5)).toBe(false)
  expect(excess.spareToken(10_004)).toBe(false)
  expect(excess.spareToken(10_005)).toBe(true)
})
