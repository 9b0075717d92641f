import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../support/free-port.ts'
import { Inbox } from '../support/inbox.ts'

/**
 * A real proxy in front of a server under test, gone with the test that declares
 * it `await using`. It listens on 127.0.0.1.
 */
export interface ProxyProcess extends AsyncDisposable {
  readonly port: number
}

/** How a proxy is run. */
export interface ProxyProgram {
  readonly command: string
  /** The command line, for a folder that holds the config file. */
  args(folder: string, configFile: string): readonly string[]
  /** The config; it listens on the port. */
  config(folder: string, port: number): string
  /** A line of its log that says it listens. */
  readonly readyLine: RegExp
}

/** Whether the machine has it. */
export function isInstalled(command: string): boolean {
  return spawnSync(command, ['-v']).error === undefined
}

/** Starts it; resolves when it listens, rejects with its log when it ends before. */
export async function startProxy(program: ProxyProgram): Promise<ProxyProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'tidewire-proxy-'))
  const port = await freePort()
  const configFile = join(folder, 'proxy.conf')
  await writeFile(configFile, program.config(folder, port))
  const child = spawn(program.command, [...program.args(folder, configFile)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = new Inbox<string>(String)
  for (const output of [child.stdout, child.stderr]) {
    createInterface(output).on('line', (line) => lines.put(line))
  }
  const ended = once(child, 'close').then(([code]) => {
    lines.end(`${program.command} ended with ${code}`)
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    while (!program.readyLine.test(await lines.take()));
  } catch (cause) {
    await stop()
    throw cause
  }
  return { port, [Symbol.asyncDispose]: stop }
}
