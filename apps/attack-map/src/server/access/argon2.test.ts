import { describe, expect, it } from 'vitest'
import { argon2 } from './argon2.ts'

describe('argon2id', () => {
  it('is made with 19 MiB, 2 passes and a salt of its own', async () => {
    const [first, second] = [await argon2.hash('correct horse'), await argon2.hash('correct horse')]
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(first).not.toBe(second)
  })

  it('knows the password that was hashed, and no other', async () => {
    const hash = await argon2.hash('correct horse')
    expect(await argon2.verify('correct horse', hash)).toBe(true)
    expect(await argon2.verify('correct horse ', hash)).toBe(false)
    expect(await argon2.verify('', hash)).toBe(false)
  })

  it('takes a letter for the same however a keyboard composes it', async () => {
    const hash = await argon2.hash('caf\u00e9 at noon')
    expect(await argon2.verify('cafe\u0301 at noon', hash)).toBe(true)
  })

  // Made by the reference implementation: echo -n password | argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -l 32 -e
  it('reads what other implementations write', async () => {
    const hash =
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await argon2.verify('password', hash)).toBe(true)
    expect(await argon2.verify('differentpassword', hash)).toBe(false)
  })
})
