import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The first screen of README.md promises code that runs when pasted. */
test('the server and the client of the README run as they stand', async () => {
  await using folder = await pasteReadme(await freePort())
  await using server = start(folder.path, 'server.js')
  await server.listening(folder.port)
  await using client = start(folder.path, 'client.js')
  expect(await client.firstLine()).toBe('hello')
})

test('the config of the README is served', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const config = /```json\n(.*?)```/s.exec(readme)?.[1] ?? ''
  await mkdir(join(root, '.artifacts'), { recursive: true })
  const folder = await mkdtemp(join(root, '.artifacts', 'readme-'))
  await writeFile(join(folder, 'tidewire.json'), config)
  const command = join(root, 'packages/tidewire/bin/tidewire.js')
  await using server = start(folder, command, ['serve', '--config', 'tidewire.json', '--port', '0'])
  expect(await server.firstLine()).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/)
  await rm(folder, { recursive: true })
})

/** Puts the code blocks that name their file into a folder, as JavaScript. */
async function pasteReadme(port: number) {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  await mkdir(join(root, '.artifacts'), { recursive: true })
  const path = await mkdtemp(join(root, '.artifacts', 'readme-'))
  for (const [, name = '', code = ''] of readme.matchAll(
    /```ts\n\/\/ (\w+)\.ts[^\n]*\n(.*?)```/gs,
  )) {
    const { outputText } = ts.transpileModule(code.replaceAll('3000', String(port)), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    })
    await writeFile(join(path, `${name}.js`), outputText)
  }
  return { path, port, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

function start(cwd: string, file: string, options: readonly string[] = []) {
  const child = spawn(process.execPath, [file, ...options], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return {
    firstLine: async () => String((await once(createInterface(child.stdout), 'line'))[0]),
    listening: (port: number) => untilListening(child, port),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** The README's server prints nothing: it is up when it answers. */
async function untilListening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
    if (answer !== null) return
  }
  throw new Error(`the server of the README ended with ${child.exitCode}`)
}
