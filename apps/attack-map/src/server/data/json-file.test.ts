import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { StartupError } from '../startup-error.ts'
import { openJsonFile } from './json-file.ts'

const schema = z.strictObject({ number: z.number() })
const fallback = { number: 0 }

function open(folder: TemporaryFolder) {
  return openJsonFile({ path: folder.file('a.json'), schema, fallback })
}

describe('a JSON file', () => {
  it('begins with the fallback, and is not there before the first change', async () => {
    await using folder = await temporaryFolder()
    expect((await open(folder)).content).toEqual({ number: 0 })
    expect(await folder.names()).toEqual([])
  })

  it('holds after a restart what was changed, for its owner only', async () => {
    await using folder = await temporaryFolder()
    const file = await open(folder)
    await file.update(({ number }) => ({ number: number + 1 }))
    expect((await open(folder)).content).toEqual({ number: 1 })
    expect(await folder.mode('a.json')).toBe(0o600)
    expect(await folder.names()).toEqual(['a.json'])
  })

  it('loses none of the changes that are made at once', async () => {
    await using folder = await temporaryFolder()
    const file = await open(folder)
    const changes = Array.from({ length: 20 }, () =>
      file.update(({ number }) => ({ number: number + 1 })),
    )
    await Promise.all(changes)
    expect(file.content).toEqual({ number: 20 })
    expect((await open(folder)).content).toEqual({ number: 20 })
  })

  it('stays as it is when a change throws, and takes the next one', async () => {
    await using folder = await temporaryFolder()
    const file = await open(folder)
    const failing = file.update(() => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await file.update(() => ({ number: 7 }))
    expect(file.content).toEqual({ number: 7 })
  })

  it('knows no more than a disk that cannot be written', async () => {
    const folder = await temporaryFolder()
    const file = await open(folder)
    await folder[Symbol.asyncDispose]()
    await expect(file.update(() => ({ number: 1 }))).rejects.toThrow('ENOENT')
    expect(file.content).toEqual({ number: 0 })
  })

  it.each(['', '{', 'null', '[]', '{"number":"1"}', '{"number":1,"more":2}', '\u0000'])(
    'that holds %j ends the start, and is left alone',
    async (text) => {
      await using folder = await temporaryFolder()
      await folder.write('a.json', text)
      await expect(open(folder)).rejects.toThrow(StartupError)
      await expect(open(folder)).rejects.toThrow('a.json')
      expect(await folder.read('a.json')).toBe(text)
    },
  )
})
