import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { namedBlocks, type PasteFolder, pasteFolder, readDocument } from '../support/pasted-code.ts'
import { end, untilAnswering } from '../support/pasted-server.ts'

const command = fileURLToPath(new URL('../../bin/tidewire.js', import.meta.url))

/** The first screen of README.md promises code that runs when pasted. */
test('the server and the client of the README run as they stand', async () => {
  const port = await freePort()
  await using folder = await pasteReadme(port)
  await using server = start(folder.path, 'server.js')
  await server.answering(port)
  await using client = start(folder.path, 'client.js')
  expect(await client.firstLine()).toBe('hello')
})

test('the config of the README is served', async () => {
  const config = /```json\n(.*?)```/s.exec(await readDocument('README.md'))?.[1] ?? ''
  await using folder = await pasteFolder()
  await writeFile(join(folder.path, 'tidewire.json'), config)
  const options = ['serve', '--config', 'tidewire.json', '--port', '0']
  await using server = start(folder.path, command, options)
  expect(await server.firstLine()).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/)
})

/** Puts the code blocks that name their file into a folder, as JavaScript. */
async function pasteReadme(port: number): Promise<PasteFolder> {
  const folder = await pasteFolder()
  for (const [name, code] of namedBlocks(await readDocument('README.md'))) {
    await folder.paste(name, code.replaceAll('3000', String(port)))
  }
  return folder
}

function start(cwd: string, file: string, options: readonly string[] = []) {
  const child = spawn(process.execPath, [file, ...options], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return {
    firstLine: async () => String((await once(createInterface(child.stdout), 'line'))[0]),
    answering: (port: number) => untilAnswering(child, port),
    [Symbol.asyncDispose]: () => end(child),
  }
}
