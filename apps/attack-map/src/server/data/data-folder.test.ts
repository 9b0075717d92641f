import { stat } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { StartupError } from '../startup-error.ts'
import { openDataFolder } from './data-folder.ts'

it('is made when it is not there, for its owner only', async () => {
  await using folder = await temporaryFolder()
  const made = await openDataFolder(folder.file('a/b'))
  expect((await stat(made.path)).mode & 0o777).toBe(0o700)
  expect(made.file('x')).toBe(folder.file('a/b/x'))
})

it('names the option when a file is in its place', async () => {
  await using folder = await temporaryFolder()
  await folder.write('a', '')
  await expect(openDataFolder(folder.file('a'))).rejects.toThrow(StartupError)
  await expect(openDataFolder(folder.file('a/b'))).rejects.toThrow('--data ')
})
