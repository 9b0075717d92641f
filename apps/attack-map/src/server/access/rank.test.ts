import { expect, it } from 'vitest'
import { rankOfClaims, rankOfUser, reaches } from './rank.ts'

const user = { name: 'ada', role: 'admin', mustChangePassword: false, createdAt: 0 } as const

it('orders what may be seen', () => {
  expect(reaches('admin', 'operator')).toBe(true)
  expect(reaches('operator', 'operator')).toBe(true)
  expect(reaches('operator', 'admin')).toBe(false)
  expect(reaches('public', 'operator')).toBe(false)
})

it('gives a user nothing before the password is their own', () => {
  expect(rankOfUser(user)).toBe('admin')
  expect(rankOfUser({ ...user, mustChangePassword: true })).toBe('public')
})

it.each([undefined, {}, { rank: 'root' }, { rank: 2 }, { rank: ['admin'] }, { role: 'admin' }])(
  'takes %j for anybody',
  (claims) => {
    expect(rankOfClaims(claims)).toBe('public')
  },
)
