import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineReader } from './line-reader.ts'

test('lines are the same however their text was cut', () => {
  const lines = fc.array(
    fc.string().filter((line) => !line.includes('\n')),
    { minLength: 1 },
  )
  fc.assert(
    fc.property(lines, fc.array(fc.nat(400)), (expected, cuts) => {
      const text = expected.join('\n')
      const heard: string[] = []
      const reader = lineReader((line) => heard.push(line))
      const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length]
      const sorted = places.sort((one, other) => one - other)
      for (const [index, place] of sorted.entries())
        reader.take(text.slice(sorted[index - 1] ?? 0, place))
      reader.end()
      // Nothing after the last line break is no line.
      const whole = expected.at(-1) === '' ? expected.slice(0, -1) : expected
      expect(heard).toEqual(whole)
    }),
  )
})
