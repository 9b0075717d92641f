import { expect, it } from 'vitest'
import { passwordFault } from './passwords.ts'

it.each([
  ['correct horse', null],
  ['x1y2z3x1y2z3', null],
  ['ключ от замка', null],
  ['eleven char', '12 characters or more'],
  ['🔑🔑🔑🔑🔑🔑', '12 characters or more'],
  ['aaaaaaaaaaaaaaaa', '5 different'],
  ['121212121212', '5 different'],
  ['it is Lovelace here', 'name of its user'],
  ['abcdef'.repeat(43), '256 characters at most'],
])('%j: %s', (password, fault) => {
  const found = passwordFault(password, 'lovelace')
  if (fault === null) expect(found).toBeNull()
  else expect(found).toContain(fault)
})

it('may hold a name of a few letters', () => {
  expect(passwordFault('correct battery', 'a')).toBeNull()
})
