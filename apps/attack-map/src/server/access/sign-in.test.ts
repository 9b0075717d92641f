import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { argon2 } from './argon2.ts'
import { SignIn } from './sign-in.ts'
import { openUsers, type Users } from './users.ts'

const password = 'correct horse'
let users: Users

beforeAll(async () => {
  await using folder = await temporaryFolder()
  // The limits are what is tested here, and they count before a hash is made.
  const verify = async (given: string) => given === password
  users = await openUsers({ folder, passwords: { ...argon2, verify }, now: () => 0 })
  await users.add({ name: 'ada', role: 'admin', password })
})

function door() {
  const clock = { now: 0 }
  const signIn = new SignIn(users, () => clock.now)
  const attempt = async (name: string, given: string, address = '192.0.2.1') =>
    (await signIn.attempt({ name, password: given, address })).kind
  return { clock, attempt, signIn }
}

describe('signing in', () => {
  it('takes the right pair only', async () => {
    const { attempt } = door()
    expect(await attempt('ada', password)).toBe('accepted')
    expect(await attempt('ada', 'wrong')).toBe('refused')
    expect(await attempt('bob', password)).toBe('refused')
    expect(await attempt('', '')).toBe('refused')
    expect(await attempt('ada', 'x'.repeat(100_000))).toBe('refused')
  })

  it('ends guesses at one name from many addresses, the right guess with them', async () => {
    const { attempt, clock } = door()
    for (let guess = 0; guess < 10; guess += 1) {
      expect(await attempt('ada', 'wrong', `192.0.2.${guess}`)).toBe('refused')
    }
    expect(await attempt('ada', password, '192.0.2.100')).toBe('limited')
    clock.now += 60_000
    expect(await attempt('ada', password, '192.0.2.100')).toBe('accepted')
  })

  it('ends guesses at many names from one address, and lets others in', async () => {
    const { attempt } = door()
    for (let guess = 0; guess < 20; guess += 1) {
      expect(await attempt(`user${guess}`, 'wrong')).toBe('refused')
    }
    expect(await attempt('ada', password)).toBe('limited')
    expect(await attempt('ada', password, '192.0.2.2')).toBe('accepted')
  })

  it('counts guesses that are made at once', async () => {
    const { attempt } = door()
    const guesses = Array.from({ length: 50 }, () => attempt('ada', 'wrong'))
    const kinds = await Promise.all(guesses)
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(10)
  })

  it('takes a whole IPv6 network for one address', async () => {
    const { attempt } = door()
    for (let guess = 0; guess < 20; guess += 1) {
      await attempt(`user${guess}`, 'wrong', `2001:db8::${guess}`)
    }
    expect(await attempt('ada', password, '2001:db8::ffff')).toBe('limited')
  })

  it('does not tire of somebody who gets in', async () => {
    const { attempt } = door()
    for (let time = 0; time < 50; time += 1) expect(await attempt('ada', password)).toBe('accepted')
  })
})
