import { expect, it } from 'vitest'
import { userIn } from './sshd-user.ts'

it.each([
  ['Failed password for root', 'root'],
  ['Failed none for invalid user admin', 'admin'],
  ['Accepted publickey for ada', 'ada'],
  ['Invalid user test 1', 'test 1'],
  ['Invalid user a from 1.2.3.4', 'a from 1.2.3.4'],
  ['User backup', 'backup'],
  ['maximum authentication attempts exceeded for invalid user x', 'x'],
  ['Invalid user ', null],
  ['Did not receive identification string', null],
  ['', null],
])('%j is about %j', (text, user) => {
  expect(userIn(text)).toBe(user)
})

it('cuts a name that is too long to be one', () => {
  expect(userIn(`Invalid user ${'x'.repeat(8000)}`)).toBe('x'.repeat(64))
})
