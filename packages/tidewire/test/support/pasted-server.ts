import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { openByteSocket } from './byte-socket.ts'
import { Inbox } from './inbox.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Runs the block of a guide that names this file, on a port of its own; it is up when it answers a handshake. */
export async function startPasted(guide: string, name: string): Promise<PastedServer> {
  const page = await readFile(join(root, 'docs/guide', `${guide}.md`), 'utf8')
  const code = new RegExp(`\`\`\`ts\n// ${name}\\.ts\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? ''
  const port = await freePort()
  const folder = await folderWith(name, code.replace('listen(3000', `listen(${port}`))
  const child = spawn(process.execPath, [join(folder, `${name}.mjs`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = new Inbox<string>(String)
  createInterface(child.stdout).on('line', (line) => lines.put(line))
  await untilAnswering(child, port)
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    nextLine: () => lines.take(),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill()
        await once(child, 'exit')
      }
      await rm(folder, { recursive: true })
    },
  }
}

/** A server of a guide. */
export interface PastedServer extends AsyncDisposable {
  readonly url: string
  /** What it prints next. */
  readonly nextLine: () => Promise<string>
}

async function folderWith(name: string, code: string): Promise<string> {
  await mkdir(join(root, '.artifacts'), { recursive: true })
  // Inside of the repository, so that what it imports is found: the package as it was built.
  const folder = await mkdtemp(join(root, '.artifacts', 'guide-'))
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  })
  await writeFile(join(folder, `${name}.mjs`), outputText)
  return folder
}

async function untilAnswering(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const socket = await openByteSocket(port).catch(() => null)
    if (socket === null) continue
    await socket.handshake()
    return socket[Symbol.asyncDispose]()
  }
  throw new Error(`the server of the guide ended with ${child.exitCode}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
