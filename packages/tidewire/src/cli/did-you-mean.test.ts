import { expect, it } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

const access = ['anyone', 'authenticated', 'nobody']

it.each([
  ['anyoen', 'anyone'],
  ['Nobody', 'nobody'],
  ['autenticated', 'authenticated'],
  ['auth', 'authenticated'],
])('%s is close to %s', (word, meant) => {
  expect(didYouMean(word, access)).toBe(` (did you mean "${meant}"?)`)
})

it.each(['', 'x', 'public', 'everybody-in-the-world', 'x'.repeat(100_000)])(
  'nothing is close to %.30j',
  (word) => {
    expect(didYouMean(word, access)).toBe('')
  },
)

it('says nothing without candidates', () => {
  expect(didYouMean('anyone', [])).toBe('')
})
