import { expect, it } from 'vitest'
import { limitsFrom } from './limits.ts'

it('takes a limit that is undefined for one that was not given', () => {
  // As JavaScript may do, and TypeScript with other settings than these.
  const options: object = { maxChannels: undefined, framesPerSecond: 7 }
  expect(limitsFrom(options)).toEqual({ ...limitsFrom({}), framesPerSecond: 7 })
})
