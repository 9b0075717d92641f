import { expect, test } from 'vitest'
import type { FuzzCase, Step } from './fuzz-case.ts'
import { shrink } from './shrink.ts'

function write(text: string): Step {
  return { kind: 'write', bytes: Buffer.from(text) }
}

function written({ steps }: FuzzCase): string {
  return steps.map((step) => (step.kind === 'write' ? String(step.bytes) : '')).join('')
}

const found: FuzzCase = {
  index: 1,
  steps: [
    write('a long beginning of no meaning'),
    { kind: 'wait', ms: 5 },
    write('in here is the needle, and more'),
    { kind: 'reset' },
  ],
}

test('what is left of a case is what makes it fail', async () => {
  const least = await shrink(found, async (smaller) => written(smaller).includes('needle'))
  expect(least).toEqual({ index: 1, steps: [write('needle')] })
})

test('what fails only together stays together', async () => {
  const least = await shrink(
    found,
    async (smaller) =>
      written(smaller).includes('b') && smaller.steps.some(({ kind }) => kind === 'reset'),
  )
  expect(written(least)).toBe('b')
  expect(least.steps).toContainEqual({ kind: 'reset' })
})

test('a case of which nothing can be spared stays as it is', async () => {
  const text = written(found)
  expect(written(await shrink(found, async (smaller) => written(smaller) === text))).toBe(text)
})

test('when there is no time left, what was found so far is the answer', async () => {
  let questions = 0
  const least = await shrink(found, async (smaller) => {
    questions += 1
    return questions > 3 ? null : written(smaller).includes('needle')
  })
  expect(questions).toBeLessThan(10)
  expect(written(least)).toContain('needle')
})
