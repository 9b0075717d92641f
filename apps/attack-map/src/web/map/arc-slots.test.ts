import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Arc } from './arc-layer.ts'
import { arcLifeMs } from './arc-motion.ts'
import { ArcSlots, slotFloats, startOffset } from './arc-slots.ts'

const arcAt = (startMs: number): Arc => ({
  fromX: 1,
  fromY: 2,
  toX: 3,
  toY: 4,
  bend: 5,
  width: 6,
  band: 3,
  outcome: 1,
  startMs,
})

const aliveIn = (slots: ArcSlots) =>
  slots.spans(slots.oldest).reduce((sum, span) => sum + span.count, 0)

describe('ArcSlots', () => {
  it('lays an arc out as the shader reads it', () => {
    const slots = new ArcSlots(2)
    slots.add(arcAt(1000))
    expect([...slots.data.slice(0, slotFloats)]).toEqual([1, 2, 3, 4, 5, 6, 3, 1, 1000])
  })

  it('keeps its size and the newest arcs when more arrive than fit', () => {
    const slots = new ArcSlots(3)
    const { data } = slots
    for (let start = 0; start < 10; start += 1) slots.add(arcAt(start))
    expect(slots.data).toBe(data)
    expect(data).toHaveLength(3 * slotFloats)
    expect(aliveIn(slots)).toBe(3)
    expect(slots.oldest).toBe(7)
  })

  it('lets an arc go at the end of its life and not before', () => {
    const slots = new ArcSlots(3)
    slots.add(arcAt(1000))
    slots.expire(1000 + arcLifeMs - 1)
    expect(aliveIn(slots)).toBe(1)
    slots.expire(1000 + arcLifeMs)
    expect(aliveIn(slots)).toBe(0)
  })

  it('keeps an arc that has not taken off yet', () => {
    const slots = new ArcSlots(3)
    slots.add(arcAt(5000))
    slots.expire(1000)
    expect(aliveIn(slots)).toBe(1)
  })

  it('gives two runs when the living arcs wrap round the end', () => {
    const slots = new ArcSlots(4)
    for (const start of [0, 0, 0, 9000, 9000, 9000]) slots.add(arcAt(start))
    slots.expire(9000)
    expect(slots.spans(slots.oldest)).toEqual([
      { first: 3, count: 1 },
      { first: 0, count: 2 },
    ])
    expect(slots.spans(5)).toEqual([{ first: 1, count: 1 }])
    expect(slots.spans(6)).toEqual([])
  })

  it('is empty once cleared', () => {
    const slots = new ArcSlots(4)
    slots.add(arcAt(0))
    slots.clear()
    expect(slots.spans(0)).toEqual([])
  })

  it('keeps milliseconds after a month, and says when copies are out of date', () => {
    const slots = new ArcSlots(4)
    const month = 30 * 24 * 3_600_000
    slots.add(arcAt(1000))
    const { generation } = slots
    slots.add(arcAt(month))
    slots.add(arcAt(month + 1.5))
    expect(slots.generation).not.toBe(generation)
    const start = (slot: number) => slots.data[slot * slotFloats + startOffset] ?? Number.NaN
    expect(start(2) - start(1)).toBe(1.5)
    expect(slots.relative(month + 1.5) - start(2)).toBe(0)
  })

  it('has spans that are in bounds, apart, and as long as what is alive', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 40 }),
        (capacity, starts) => {
          const slots = new ArcSlots(capacity)
          for (const start of starts) {
            slots.add(arcAt(start))
            slots.expire(start)
            const touched = slots
              .spans(0)
              .flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at))
            expect(new Set(touched).size).toBe(slots.added - slots.oldest)
            expect(touched.every((slot) => slot >= 0 && slot < capacity)).toBe(true)
          }
        },
      ),
    )
  })
})
