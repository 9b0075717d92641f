import { describe, expect, test } from 'vitest'
import { startHttpServer } from '../support/http-server.ts'
import { installedKinds } from './kinds.ts'
import type { ProxyProcess } from './proxy-process.ts'

describe.each(installedKinds())('plain HTTP behind $name', ({ start }) => {
  test('events come one by one and not when a buffer is full', async () => {
    await using server = await startHttpServer()
    await using proxy = await start(server.port, {})
    await using stream = await follow(proxy, 'log:a')
    await stream.until('"type":"ack"')
    for (const payload of ['one', 'two']) {
      await server.tide.publish('log:a', payload)
      await stream.until(`"payload":"${payload}"`)
    }
  })

  test('heartbeats keep a silent stream open beyond the idle timeout', async () => {
    await using server = await startHttpServer({ limits: { heartbeatMs: 500 } })
    await using proxy = await start(server.port, { idleTimeout: '1s' })
    await using stream = await follow(proxy, 'log:a')
    // One every 250 ms: eight of them take twice the idle timeout.
    for (let beat = 0; beat < 8; beat += 1) await stream.until('\n:')
    await server.tide.publish('log:a', 'after the silence')
    await stream.until('after the silence')
  })

  test('a long-poll waits, and answers with what comes', async () => {
    await using server = await startHttpServer()
    await using proxy = await start(server.port, {})
    const { position } = await server.tide.publish('log:a', 'first')
    const since = `${position?.epoch}:${position?.offset}`
    const asked = fetch(`${urlOf(proxy)}/api/channels/log:a/messages?since=${since}&waitMs=20000`)
    await expect.poll(() => server.tide.metrics()).toContain('{transport="long-poll"} 1')
    await server.tide.publish('log:a', 'second')
    expect(await (await asked).json()).toMatchObject({ events: [{ payload: 'second' }] })
  })

  test('a node that leaves says so to its probe', async () => {
    await using server = await startHttpServer()
    await using proxy = await start(server.port, {})
    expect((await fetch(`${urlOf(proxy)}/ready`)).status).toBe(200)
    await server.tide.drain()
    const draining = await fetch(`${urlOf(proxy)}/ready`)
    expect(draining.status).toBe(503)
  })
})

function urlOf({ port }: ProxyProcess): string {
  return `http://127.0.0.1:${port}`
}

/** Reads an event stream through a proxy. */
async function follow(proxy: ProxyProcess, channel: string): Promise<FollowedStream> {
  const leaving = new AbortController()
  const response = await fetch(`${urlOf(proxy)}/api/channels/${channel}/events`, {
    signal: leaving.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let unread = ''
  return {
    async until(wanted) {
      while (!unread.includes(wanted)) {
        const { value } = (await reader?.read()) ?? {}
        if (value === undefined) throw new Error(`the stream ended after ${unread}`)
        unread += value
      }
      unread = unread.slice(unread.indexOf(wanted) + wanted.length)
    },
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await reader?.closed.catch(() => {})
    },
  }
}

interface FollowedStream extends AsyncDisposable {
  /** Reads on to the end of this text. */
  until(wanted: string): Promise<void>
}
