import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { Argon2Thread } from './argon2-thread.ts'
import { PasswordsBusy } from './passwords.ts'

const worker = new URL('../../../dist/server/access/argon2-worker.js', import.meta.url)
if (!existsSync(fileURLToPath(worker))) throw new Error('not built; run "npm run build" first')

let thread: Argon2Thread
afterEach(() => thread.close())

it('hashes and verifies several passwords at once, each on its own', async () => {
  thread = new Argon2Thread(worker)
  const [first, second] = await Promise.all([thread.hash('one'), thread.hash('two')])
  expect(
    await Promise.all([
      thread.verify('one', first),
      thread.verify('one', second),
      thread.verify('two', second),
    ]),
  ).toEqual([true, false, true])
})

it('leaves the event loop free meanwhile', async () => {
  thread = new Argon2Thread(worker)
  let turns = 0
  const hashing = thread.hash('one').then(() => 'hashed')
  const turn = () => new Promise<string>((resolve) => setImmediate(resolve, 'turned'))
  while ((await Promise.race([hashing, turn()])) === 'turned') turns += 1
  expect(turns).toBeGreaterThan(10)
})

it('takes on no more than may wait, and goes on afterwards', async () => {
  thread = new Argon2Thread(worker, 1)
  const hashing = thread.hash('one')
  await expect(thread.hash('two')).rejects.toThrow(PasswordsBusy)
  await hashing
  await expect(thread.hash('two')).resolves.toContain('$argon2id$')
})

it('refuses what is no hash, and takes the next password', async () => {
  thread = new Argon2Thread(worker)
  await expect(thread.verify('one', 'no hash')).rejects.toThrow()
  await expect(thread.hash('one')).resolves.toContain('$argon2id$')
})

it('rejects what waits when its thread ends, and starts another', async () => {
  thread = new Argon2Thread(worker)
  const hashing = thread.hash('one')
  await thread.close()
  await expect(hashing).rejects.toThrow('the thread that hashes ended')
  await expect(thread.hash('one')).resolves.toContain('$argon2id$')
})
