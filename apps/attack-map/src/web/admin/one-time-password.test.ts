import { expect, it } from 'vitest'
import { passwordFault } from '../../server/access/passwords.ts'
import { oneTimePassword } from './one-time-password.ts'

it('is another one every time, and one the server takes', () => {
  const passwords = Array.from({ length: 200 }, oneTimePassword)
  expect(new Set(passwords).size).toBe(200)
  for (const password of passwords) {
    expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
    expect(passwordFault(password, 'ada')).toBeNull()
  }
})

it('draws every letter', () => {
  const letters = Array.from({ length: 200 }, oneTimePassword).join('').replaceAll('-', '')
  expect(new Set(letters).size).toBe(31)
})
