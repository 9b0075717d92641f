import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { openByteSocket, upgradeRequest } from './byte-socket.ts'
import { freePort } from './free-port.ts'
import { Inbox } from './inbox.ts'
import { namedBlocks, pasteFolder, readDocument } from './pasted-code.ts'

/**
 * Runs the block of a guide that names this file, on a port of its own; it is gone
 * with the test that declares it `await using`.
 */
export async function startPasted(
  guide: string,
  name: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<PastedServer> {
  const code = namedBlocks(await readDocument(`docs/guide/${guide}.md`)).get(name) ?? ''
  const port = await freePort()
  const folder = await pasteFolder()
  const file = await folder.paste(name, code.replace('3000', String(port)))
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const lines = new Inbox<string>(String)
  createInterface(child.stdout).on('line', (line) => lines.put(line))
  await untilAnswering(child, port)
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    nextLine: () => lines.take(),
    async stop() {
      // One that does not end fails its test, and not the whole run.
      const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await end(child)
      clearTimeout(patience)
      return child.exitCode
    },
    async [Symbol.asyncDispose]() {
      await end(child)
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A server of a guide. */
export interface PastedServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** What it prints next. */
  readonly nextLine: () => Promise<string>
  /** Ends it as an operator does, with SIGTERM; the answer is its exit code, null when it does not end. */
  stop(): Promise<number | null>
}

/** What a document starts need not print anything: it is up when it answers a handshake, somehow. */
export async function untilAnswering(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    await using socket = await openByteSocket(port).catch(() => null)
    if (socket === null) continue
    socket.write(upgradeRequest())
    await socket.head()
    return
  }
  throw new Error(`the server of the document ended with ${child.exitCode}`)
}

/** Ends a program that may have ended by itself. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

/** Less than a test has. */
const patienceMs = 10_000
