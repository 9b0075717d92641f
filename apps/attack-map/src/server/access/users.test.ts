import { describe, expect, it } from 'vitest'
import { quickArgon2 } from '../../../test/support/quick-argon2.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { argon2 } from './argon2.ts'
import { addFirstAdmin } from './first-admin.ts'
import { openUsers } from './users.ts'

const password = 'correct horse'
const root = { name: 'root', role: 'admin', password } as const
const ada = { name: 'ada', role: 'operator', password } as const

function open(folder: TemporaryFolder) {
  return openUsers({ folder, passwords: quickArgon2, now: () => 1 })
}

async function openWithRoot(folder: TemporaryFolder) {
  const users = await open(folder)
  await users.add(root)
  return users
}

describe('users', () => {
  it('are there after a restart, with a hash and no password in the file', async () => {
    await using folder = await temporaryFolder()
    const users = await openWithRoot(folder)
    await users.add(ada)
    const text = await folder.read('users.json')
    expect(text).toContain('$argon2id$')
    expect(text).not.toContain(password)
    expect(await folder.mode('users.json')).toBe(0o600)
    const again = await open(folder)
    expect(again.list().map(({ name, role }) => [name, role])).toEqual([
      ['ada', 'operator'],
      ['root', 'admin'],
    ])
    expect(await again.verify('ada', password)).toEqual({
      name: 'ada',
      role: 'operator',
      mustChangePassword: true,
      createdAt: 1,
    })
  })

  it('are known by the right password only', async () => {
    await using folder = await temporaryFolder()
    const users = await openWithRoot(folder)
    expect(await users.verify('root', 'correct hors')).toBeNull()
    expect(await users.verify('nobody', password)).toBeNull()
    expect(await users.verify('__proto__', password)).toBeNull()
  })

  it('that are not known cost a hash as well', async () => {
    await using folder = await temporaryFolder()
    const verified: string[] = []
    const verify = async (_password: string, hash: string) => {
      verified.push(hash)
      return true
    }
    const users = await openUsers({ folder, passwords: { ...argon2, verify }, now: () => 1 })
    expect(await users.verify('nobody', password)).toBeNull()
    expect(verified).toEqual([expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)])
  })

  it.each(['', 'Ada', 'a b', 'display:x', '-a', 'a'.repeat(33), 'ä', 'a\n', '../x'])(
    'are not called %j',
    async (name) => {
      await using folder = await temporaryFolder()
      const users = await open(folder)
      await expect(users.add({ ...ada, name })).rejects.toMatchObject({ code: 'INVALID' })
    },
  )

  it('have names of their own, also when two are added at once', async () => {
    await using folder = await temporaryFolder()
    const users = await openWithRoot(folder)
    const results = await Promise.allSettled([users.add(ada), users.add(ada)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(users.list()).toHaveLength(2)
  })

  it('always have an administrator among them', async () => {
    await using folder = await temporaryFolder()
    const users = await openWithRoot(folder)
    await users.add(ada)
    await expect(users.remove('root')).rejects.toMatchObject({ code: 'LAST_ADMIN' })
    await expect(users.setRole('root', 'operator')).rejects.toMatchObject({ code: 'LAST_ADMIN' })
    await users.setRole('ada', 'admin')
    await users.remove('root')
    expect(users.list().map(({ name }) => name)).toEqual(['ada'])
  })

  it('are told of when what their sessions rest on changes', async () => {
    await using folder = await temporaryFolder()
    const users = await openWithRoot(folder)
    const changed: string[] = []
    users.onChanged((name) => changed.push(name))
    await users.add(ada)
    expect(changed).toEqual([])
    await users.setPassword('ada', 'battery staple', false)
    await users.setRole('ada', 'admin')
    await users.remove('ada')
    await expect(users.remove('ada')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(changed).toEqual(['ada', 'ada', 'ada'])
  })

  it('get another password, and the old one is worth nothing', async () => {
    await using folder = await temporaryFolder()
    const users = await openWithRoot(folder)
    await users.setPassword('root', 'battery staple', false)
    expect(await users.verify('root', password)).toBeNull()
    expect(await users.verify('root', 'battery staple')).toMatchObject({
      mustChangePassword: false,
    })
    await expect(users.setPassword('root', 'short', false)).rejects.toMatchObject({
      code: 'INVALID',
    })
  })
})

describe('the first administrator', () => {
  it('gets a random password once, that has to be replaced', async () => {
    await using folder = await temporaryFolder()
    const users = await open(folder)
    const oneTime = await addFirstAdmin(users)
    expect(oneTime).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/)
    expect(await users.verify('admin', oneTime ?? '')).toMatchObject({
      role: 'admin',
      mustChangePassword: true,
    })
    expect(await addFirstAdmin(users)).toBeNull()
    expect(await addFirstAdmin(await open(folder))).toBeNull()
  })
})
