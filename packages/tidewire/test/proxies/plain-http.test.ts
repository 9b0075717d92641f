import { describe, expect, test } from 'vitest'
import { connect, httpFallback } from '../../src/client/node.ts'
import { framesPath, ndjson, openFrames } from '../support/frame-request.ts'
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
    await using proxy = await start(server.port, { idleTimeout: '2s' })
    await using stream = await follow(proxy, 'log:a')
    // One every 250 ms: twelve of them take half as long again as the idle timeout.
    for (let beat = 0; beat < 12; beat += 1) await stream.until('\n:')
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

  test('frames come one by one and not when a buffer is full', async () => {
    await using server = await startHttpServer()
    await using proxy = await start(server.port, {})
    const subscribe = { type: 'subscribe', id: 1, channel: 'log:a' }
    await using stream = await (await openFrames(proxy.port, [subscribe])).begin()
    for (const payload of ['one', 'two']) {
      await server.tide.publish('log:a', payload)
      expect(await stream.frame('message')).toMatchObject({ payload })
    }
  })

  test('heartbeats keep a silent stream of frames open beyond the idle timeout', async () => {
    await using server = await startHttpServer({ limits: { heartbeatMs: 500 } })
    await using proxy = await start(server.port, { idleTimeout: '2s' })
    const subscribe = { type: 'subscribe', id: 1, channel: 'log:a' }
    await using stream = await (await openFrames(proxy.port, [subscribe])).begin()
    // One every 250 ms: twelve of them take half as long again as the idle timeout.
    for (let beat = 0; beat < 12; beat += 1) await stream.frame('heartbeat')
    await server.tide.publish('log:a', 'after the silence')
    expect(await stream.frame('message')).toMatchObject({ payload: 'after the silence' })
  })

  test.each([
    ['text/event-stream', ''],
    ['application/x-ndjson', '?waitMs=60000'],
  ])('who has left is gone at once: %s %s', async (accept, query) => {
    await using server = await startHttpServer({ limits: { heartbeatMs: 60_000 } })
    await using proxy = await start(server.port, {})
    const leaving = new AbortController()
    const asked = fetch(`${urlOf(proxy)}${framesPath}${query}`, {
      method: 'POST',
      headers: { ...ndjson, Accept: accept },
      signal: leaving.signal,
    }).catch(() => undefined)
    await expect.poll(() => server.tide.connectionCount).toBe(1)
    if (query === '') await asked
    leaving.abort()
    await expect.poll(() => server.tide.connectionCount).toBe(0)
  })

  test.each(['sse', 'long-poll'] as const)('without upgrades the SDK takes %s', async (way) => {
    await using server = await startHttpServer()
    await using proxy = await start(server.port, { dropsUpgrades: true })
    const dial = httpFallback({ ways: [way] })
    await using client = connect(`ws://127.0.0.1:${proxy.port}/ws`, { dial })
    const seen: unknown[] = []
    await client.channel('log:a').subscribe(({ payload }) => seen.push(payload)).ready
    await expect.poll(() => server.tide.metrics()).toContain(`{transport="${way}"} 1`)
    await client.channel('log:a').publish(1)
    await expect.poll(() => seen).toEqual([1])
    expect(client.state.kind).toBe('online')
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
