import { expect, test } from 'vitest'
import { findProgram, programPath } from './programs.ts'

test('a program on the path is found where it is', () => {
  expect(findProgram('sh')).toMatch(/^\/.*\/sh$/)
})

test('a program that is not installed is told, not guessed', () => {
  expect(findProgram('no-such-program-of-tidewire')).toBeNull()
  expect(() => programPath('no-such-program-of-tidewire')).toThrow('not installed')
})
