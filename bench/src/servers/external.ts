import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pinned } from '../harness/cores.ts'

/**
 * Runs a server that is a program of its own: on the core the runner gives it,
 * with a configuration in a folder that is removed when the bench ends. The
 * process around it only feeds it.
 */
export async function startExternal(options: ExternalOptions): Promise<External> {
  // A port that was free may be taken before the program opens it.
  for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
    const external = await tryToStart(options).catch(() => null)
    if (external !== null) return external
  }
  return tryToStart(options)
}

/** How to start a program. */
export interface ExternalOptions {
  /** The core it may use; null for any. */
  readonly core: number | null
  /** Text of its configuration; the folder is its own to write to. */
  readonly config: (places: Places) => string
  readonly commandLine: (config: string) => readonly string[]
}

/** What a program gets for itself. */
export interface Places {
  /** For WebSocket. */
  readonly port: number
  /** For the publisher, where a server wants another one for that. */
  readonly feedPort: number
  readonly folder: string
}

/** A program that listens. */
export interface External {
  readonly pid: number
  readonly port: number
  readonly feedPort: number
}

async function tryToStart({ core, config, commandLine }: ExternalOptions): Promise<External> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-bench-'))
  const [port, feedPort] = await Promise.all([freePort(), freePort()])
  const configPath = join(folder, 'server.conf')
  writeFileSync(configPath, config({ port, feedPort, folder }))
  const { command, args } = pinned(core, commandLine(configPath))
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  process.once('exit', () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  await listening(child, port)
  if (child.pid === undefined) throw new Error('the process did not start')
  return { pid: child.pid, port, feedPort }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP port')
  server.close()
  await once(server, 'close')
  return address.port
}

/** A TCP connection to the loopback address. */
export async function connectTo(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const socket = await connectTo(port).catch(() => null)
    socket?.destroy()
    if (socket !== null) return
    await delay(lookMs)
  }
  throw new Error('the server did not listen in time')
}

const maxAttempts = 3
const lookMs = 50
const maxLooks = 200
