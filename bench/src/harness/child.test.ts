import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { Child } from './child.ts'

type TestCommands = {
  readonly double: (value: number) => number
  readonly fail: (reason: string) => void
  readonly end: (code: number) => void
  /** Is never answered. */
  readonly ignore: (argument: null) => void
}

const folder = mkdtempSync(join(tmpdir(), 'tidewire-child-'))
const program = join(folder, 'program.mjs')
writeFileSync(
  program,
  `process.on('message', ({ id, name, argument }) => {
     if (name === 'double') process.send({ id, answer: argument * 2 })
     if (name === 'fail') process.send({ id, failure: argument })
     if (name === 'end') process.exit(argument)
   })
   process.once('disconnect', () => process.exit(0))`,
)
afterAll(() => rmSync(folder, { recursive: true }))

describe('a child', () => {
  test('answers commands, each its own', async () => {
    await using child = start()
    const answers = await Promise.all([1, 2, 3].map((value) => child.ask('double', value)))
    expect(answers).toEqual([2, 4, 6])
  })

  test('rejects what it fails at', async () => {
    await using child = start()
    await expect(child.ask('fail', 'no such port')).rejects.toThrow('no such port')
  })

  test('rejects what it is asked when it ends', async () => {
    await using child = start()
    await expect(child.ask('end', 3)).rejects.toThrow('ended (3)')
  })

  test('is killed without a word, and then disposed of like any other', async () => {
    await using child = start()
    await child.ask('double', 1)
    const asked = child.ask('ignore', null)
    await Promise.all([expect(asked).rejects.toThrow('ended (SIGKILL)'), child.kill()])
    expect(() => process.kill(child.pid, 0)).toThrow('ESRCH')
  })

  test('is gone once it is disposed of', async () => {
    const child = start()
    await child.ask('double', 1)
    const { pid } = child
    await child[Symbol.asyncDispose]()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})

function start(): Child<TestCommands> {
  return Child.start<TestCommands>(pathToFileURL(program), { core: null })
}
