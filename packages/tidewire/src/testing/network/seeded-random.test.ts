import { describe, expect, it } from 'vitest'
import { SeededRandom } from './seeded-random.ts'

const draw = (seed: number, count = 1_000) => {
  const random = new SeededRandom(seed)
  return Array.from({ length: count }, random.next)
}

describe('seeded chance', () => {
  it('is the same for the same seed, and another for its neighbour', () => {
    expect(draw(7)).toEqual(draw(7))
    expect(new Set([...draw(7), ...draw(8)]).size).toBe(2_000)
  })

  it('spreads evenly between 0 and 1', () => {
    const tenths = Array(10).fill(0)
    for (const value of draw(3, 10_000)) tenths[Math.floor(value * 10)] += 1
    for (const tenth of tenths) expect(Math.abs(tenth - 1_000)).toBeLessThan(150)
  })

  it('draws whole numbers up to and with both ends', () => {
    const random = new SeededRandom(1)
    const drawn = new Set(Array.from({ length: 200 }, () => random.integer(2, 5)))
    expect(drawn).toEqual(new Set([2, 3, 4, 5]))
  })

  it('has forks that do not change what it draws itself', () => {
    const [one, other] = [new SeededRandom(1), new SeededRandom(1)]
    one.fork().next()
    other.fork()
    expect(one.next()).toBe(other.next())
  })

  it('refuses to pick from nothing', () => {
    expect(() => new SeededRandom(1).pick([])).toThrow(RangeError)
  })
})
