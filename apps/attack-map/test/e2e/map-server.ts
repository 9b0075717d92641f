/**
 * The attack map as its own process, as an operator runs it.
 *
 * Leaving the scope ends the process, whatever the test did.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const application = fileURLToPath(new URL('../../', import.meta.url))

/** Where a server listens; 0 before it is known. */
interface Ports {
  readonly http: number
  readonly udp: number
  readonly tcp: number
}

/** How a server is started. */
export interface ServerOptions {
  /** Those of a server that is gone, to take its place; any free ones without. */
  readonly ports?: Ports
  /** Whether it generates traffic until the first real line; not by default. */
  readonly demo?: boolean
}

/** A running server. */
export interface MapServer extends AsyncDisposable {
  readonly url: string
  readonly ports: Ports
  /** The password of the first administrator. */
  readonly oneTimePassword: string
  /** What it wrote to standard error: nothing, when all is well. */
  complaints(): string
  /** Ends it like a power cut, and resolves when it is gone. */
  kill(): Promise<void>
}

const anyPorts: Ports = { http: 0, udp: 0, tcp: 0 }

/** Starts a server; resolves when it listens. */
export async function startServer(options: ServerOptions = {}): Promise<MapServer> {
  const data = await mkdtemp(join(tmpdir(), 'attack-map-'))
  const args = ['dist/server/main.js', ...argumentsFor(options), '--data', data]
  const child = spawn(process.execPath, args, {
    cwd: application,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const kill = async () => {
    await end(child)
    await rm(data, { recursive: true, force: true })
  }
  try {
    const output = await readUntilReady(child.stdout)
    const ports = portsIn(output)
    return {
      url: `http://127.0.0.1:${ports.http}`,
      ports,
      oneTimePassword: /one-time password (\S+)/.exec(output)?.[1] ?? '',
      complaints: () => complaints,
      kill,
      [Symbol.asyncDispose]: kill,
    }
  } catch (error) {
    await kill()
    throw new Error(`the server did not start: ${complaints}`, { cause: error })
  }
}

function argumentsFor({ ports = anyPorts, demo = false }: ServerOptions): readonly string[] {
  const { http, udp, tcp } = ports
  return [
    ...['--port', String(http), '--syslog-udp', String(udp), '--syslog-tcp', String(tcp)],
    demo ? '--demo' : '--no-demo',
  ]
}

async function readUntilReady(stdout: NodeJS.ReadableStream): Promise<string> {
  let output = ''
  for await (const line of createInterface({ input: stdout })) {
    output += `${line}\n`
    if (line.startsWith('listening on ')) return output
  }
  throw new Error('it ended before it was ready')
}

function portsIn(output: string): Ports {
  const portAfter = (words: string) =>
    Number(new RegExp(`${words}127\\.0\\.0\\.1:(\\d+)`).exec(output)?.[1])
  return {
    http: portAfter('listening on http://'),
    udp: portAfter('syslog over UDP on '),
    tcp: portAfter('syslog over TCP on '),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
