import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { startHttpServer } from '../support/http-server.ts'
import { Inbox } from '../support/inbox.ts'

const hasCurl = spawnSync('curl', ['--version']).status === 0
if (!hasCurl) process.stderr.write('skipped: there is no curl to follow a channel with\n')

describe.skipIf(!hasCurl)('curl', () => {
  test('P-070 follows a channel, is killed, resumes with Last-Event-ID and misses nothing', async () => {
    await using server = await startHttpServer()
    const url = `http://127.0.0.1:${server.port}/api/channels/log:curl/events`
    const seen: unknown[] = []
    let lastEventId = ''
    let published = 0
    const publishUpTo = async (count: number) => {
      for (; published < count; published += 1) await server.tide.publish('log:curl', published + 1)
    }
    for (const count of [5, 12, 20]) {
      const curl = followWithCurl(url, lastEventId)
      await curl.until((line) => line === 'event: ack')
      await publishUpTo(count)
      while (seen.length < count) {
        const event = await curl.nextEvent()
        lastEventId = event.id
        seen.push(...event.payloads)
      }
      await curl.kill()
      // What comes while nobody follows.
      await publishUpTo(count + 2)
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })
})

function followWithCurl(url: string, lastEventId: string): Curl {
  const header = lastEventId === '' ? [] : ['-H', `Last-Event-ID: ${lastEventId}`]
  return new Curl(['-sN', ...header, url])
}

/** A curl that prints what it gets, line by line. */
class Curl {
  readonly #process: ChildProcess
  readonly #lines = new Inbox<string>((line) => line)

  constructor(args: readonly string[]) {
    this.#process = spawn('curl', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    this.#process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) this.#lines.put(line)
    })
  }

  /** Passes over lines up to one of a kind. */
  async until(isWanted: (line: string) => boolean): Promise<string> {
    for (;;) {
      const line = await this.#lines.take()
      if (isWanted(line)) return line
    }
  }

  /** The next lines that have an id and data, and the payloads that are in them. */
  async nextEvent(): Promise<{ readonly id: string; readonly payloads: readonly unknown[] }> {
    const id = await this.until((line) => line.startsWith('id: '))
    const data = await this.until((line) => line.startsWith('data: '))
    const frame = JSON.parse(data.slice('data: '.length))
    const events = { ack: [], message: [frame], batch: frame.events }[String(frame.type)] ?? []
    const payloads = events.map(({ payload }: { payload: unknown }) => payload)
    return { id: id.slice('id: '.length), payloads }
  }

  async kill(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await exited
  }
}
