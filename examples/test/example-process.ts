import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * Runs an example as its comment says, on a port of the machine's choice; it is
 * gone with the test that declares it `await using`.
 */
export async function startExample(name: string): Promise<RunningExample> {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url))
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const firstLine = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  const line = await Promise.race([firstLine, ended.then(() => '')])
  const url = /^open (https?:\/\/127\.0\.0\.1:\d+)\/$/.exec(line)?.[1]
  const end = async () => {
    child.kill('SIGKILL')
    await ended
  }
  if (url === undefined) {
    await end()
    throw new Error(`${name} printed ${JSON.stringify(line)} and ${complaints}`)
  }
  return { url, socketUrl: `${url.replace('http', 'ws')}/ws`, [Symbol.asyncDispose]: end }
}

/** An example that runs. */
export interface RunningExample extends AsyncDisposable {
  /** What it says to open, without the slash at the end. */
  readonly url: string
  /** Its WebSocket endpoint. */
  readonly socketUrl: string
}
