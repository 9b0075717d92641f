import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageOf } from './page.ts'

describe('a page of names', () => {
  it('after a page goes on where that ended, until all were on one', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 50 })
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const seen: string[] = []
        let page = pageOf(all, { after: '', limit })
        while (page.length > 0) {
          expect(page.length).toBeLessThanOrEqual(limit)
          seen.push(...page)
          page = pageOf(all, { after: page.at(-1) ?? '', limit })
        }
        expect(seen).toEqual([...all].sort((one, other) => (one < other ? -1 : 1)))
      }),
    )
  })
})
