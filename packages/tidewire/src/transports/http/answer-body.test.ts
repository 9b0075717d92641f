import { once } from 'node:events'
import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listen, stop } from '../../../test/support/start-server.ts'
import { until } from '../../../test/support/until.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { AnswerBody } from './answer-body.ts'

const patienceMs = 1_000

// Far more than the buffers of both sides take, and not the same everywhere.
const large = Array.from({ length: 2_000_000 }, (_, index) => `${index},`).join('')

describe('the body of an answer', () => {
  let server: Server
  let client: Socket
  let clock: VirtualClock
  let cuts: number

  async function begin(options: ServerOptions): Promise<void> {
    server = createServer(options)
    client = connect({ port: await listen(server), host: '127.0.0.1' })
    // Read from as far as a test asks for.
    client.pause()
    clock = new VirtualClock()
    cuts = 0
  }

  async function end(): Promise<void> {
    client.destroy()
    await stop(server)
  }

  beforeEach(() => begin({}))
  afterEach(end)

  /** Asks, also while another question has no answer yet; the server's side of it. */
  async function ask(): Promise<ServerResponse> {
    const asked = once(server, 'request')
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    // What Node emits with `request`.
    const [, response] = (await asked) as [unknown, ServerResponse]
    return response
  }

  function send(response: ServerResponse, body: string): void {
    const onCut = () => (cuts += 1)
    response.writeHead(200, { 'Content-Length': Buffer.byteLength(body) })
    new AnswerBody(response, body, { patienceMs, wheel: clock, onCut }).send()
  }

  async function received(bytes: number): Promise<string> {
    const chunks: Buffer[] = []
    let size = 0
    client.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
    })
    client.resume()
    await until(() => size >= bytes)
    return Buffer.concat(chunks).toString()
  }

  test.each([
    ['nothing', ''],
    ['little', 'short'],
    ['more than a piece', 'é'.repeat(40_000)],
    ['much', large],
  ])('arrives as it is: %s', async (_, body) => {
    const response = await ask()
    send(response, body)
    const text = await received(Buffer.byteLength(body) + 100)
    expect(text.slice(text.indexOf('\r\n\r\n') + 4) === body).toBe(true)
    await until(() => clock.pendingTimers === 0)
    expect(cuts).toBe(0)
  })

  test('costs no timer when it is taken at once', async () => {
    const response = await ask()
    send(response, 'short')
    expect(clock.pendingTimers).toBe(0)
  })

  test('is cut once when it is not taken, and nothing of it is left', async () => {
    const response = await ask()
    send(response, large)
    const closed = once(response, 'close')
    // Until the buffers are full it is being taken.
    while (cuts === 0) await clock.advance(patienceMs)
    await closed
    await clock.advance(10 * patienceMs)
    expect([cuts, clock.pendingTimers, response.writableFinished]).toEqual([1, 0, false])
  })

  test('is not cut before its time', async () => {
    const response = await ask()
    send(response, large)
    await clock.advance(patienceMs - 1)
    expect(cuts).toBe(0)
  })

  test('may take for ever, as long as some of it is taken', async () => {
    const response = await ask()
    let hasFinished = false
    response.once('finish', () => {
      hasFinished = true
    })
    send(response, large)
    response.on('drain', () => client.pause())
    let rounds = 0
    for (; !hasFinished; rounds += 1) {
      await clock.advance(patienceMs - 1)
      const isTaken = Promise.race([once(response, 'drain'), once(response, 'finish')])
      client.resume()
      await isTaken
    }
    expect(cuts).toBe(0)
    expect(rounds).toBeGreaterThan(1)
  })

  test('waits for its turn behind another answer, and is not cut for it', async () => {
    const first = await ask()
    const second = await ask()
    send(second, 'second')
    await clock.advance(10 * patienceMs)
    expect(cuts).toBe(0)
    send(first, 'first')
    expect(await received(200)).toMatch(/first[\s\S]*second$/)
    await until(() => clock.pendingTimers === 0)
  })

  test('is cut in its turn behind another answer, also where its pieces are one', async () => {
    await end()
    await begin({ highWaterMark: 2 ** 30 })
    const first = await ask()
    const second = await ask()
    send(second, large)
    const closed = once(second, 'close')
    send(first, 'first')
    while (cuts === 0) await clock.advance(patienceMs)
    await closed
    expect([cuts, clock.pendingTimers]).toEqual([1, 0])
  })

  test('leaves nothing behind when its client leaves while it waits for its turn', async () => {
    const first = await ask()
    const second = await ask()
    send(second, large)
    const closed = once(first, 'close')
    client.resetAndDestroy()
    await closed
    await clock.advance(10 * patienceMs)
    expect([cuts, clock.pendingTimers]).toEqual([0, 0])
  })
})
