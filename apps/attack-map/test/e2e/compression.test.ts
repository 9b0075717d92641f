/**
 * What the server compresses once for all, in a browser that asked for it.
 *
 * `ws` is one reader of such frames; browsers are the ones that count.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { hasChromium, launchChromium } from '@tidewire/test-support/chromium'
import type { Browser } from 'playwright-core'
import { createTidewire } from 'tidewire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const timeout = 60_000
let browser: Browser

describe.runIf(hasChromium())('compressed frames in Chromium', { timeout }, () => {
  beforeAll(async () => {
    browser = await launchChromium()
  }, timeout)
  afterAll(() => browser?.close())

  it('are read whole, one after the other', async () => {
    await using served = await serve()
    const page = await browser.newPage()
    await page.goto(served.origin)
    const reading = page.evaluate(readChannel)
    await page.waitForFunction(() => document.title === 'subscribed')
    // Two flushes: without context takeover the second stands for itself, too.
    for (const from of [0, 20]) {
      const events = Array.from({ length: 20 }, (_, index) => ({ number: from + index, text }))
      await Promise.all(events.map((event) => served.tide.publish('wall', event)))
      await page.waitForFunction((count) => Number(document.body.textContent) >= count, from + 20)
    }
    const { extensions, frames } = await reading
    expect(extensions).toContain('permessage-deflate')
    expect(extensions).toContain('server_no_context_takeover')
    expect(numbersIn(frames)).toEqual(Array.from({ length: 40 }, (_, index) => index))
    await page.close()
  })
})

const text = 'the same words in every event '.repeat(8)

async function serve() {
  const tide = createTidewire({
    channels: { wall: { subscribe: 'anyone', history: { size: 100 } } },
    compression: { thresholdBytes: 1 },
  })
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>wall</title>')
  })
  tide.attach(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    tide,
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await tide.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Runs in the page: a plain WebSocket, no SDK. What it got is shown where the test looks. */
function readChannel(): Promise<{ extensions: string; frames: string[] }> {
  return new Promise((resolve) => {
    const frames: string[] = []
    const socket = new WebSocket(`ws://${location.host}/ws`)
    socket.onopen = () => socket.send('{"type":"subscribe","id":1,"channel":"wall"}')
    socket.onmessage = ({ data }) => {
      frames.push(data)
      if (data.includes('"ack"')) document.title = 'subscribed'
      const events = frames.join().split('"number":').length - 1
      document.body.textContent = String(events)
      if (events === 40) resolve({ extensions: socket.extensions, frames })
    }
  })
}

function numbersIn(frames: readonly string[]): number[] {
  const decoded = frames.map((frame) => JSON.parse(frame))
  const events = decoded.flatMap((frame) => (frame.type === 'batch' ? frame.events : [frame]))
  return events.flatMap(({ payload }) => (payload === undefined ? [] : [payload.number]))
}
