import { describe, expect, test } from 'vitest'
import { exchange, upgradeRequest } from '../support/byte-socket.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'

describe('draining', () => {
  test('P-061 every client gets a slot of its own, spread over the drain time', async () => {
    await using server = await startServer()
    const clients = await Promise.all([1, 2, 3, 4].map(() => connectRaw(server.url)))
    const drained = server.tide.drain({ overMs: 1_000, graceMs: 60_000 })
    const frames = await Promise.all(clients.map((client) => client.next('drain')))
    const slots = frames.map(({ reconnectAfterMs }) => reconnectAfterMs).sort((a, b) => a - b)
    expect(slots).toEqual([0, 250, 500, 750])
    expect(frames.map(({ closeAfterMs }) => closeAfterMs)).toEqual([61_000, 61_000, 61_000, 61_000])
    for (const client of clients) client.close()
    await drained
  })

  test('P-061 what is subscribed goes on until the client leaves', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'news' })
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    await client.next('drain')
    await server.tide.publish('news', 'still here')
    expect(await client.next('message')).toMatchObject({ payload: 'still here' })
    client.close()
    await drained
  })

  test('P-061 who is left at the deadline is closed with 1012', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    await server.tide.drain({ overMs: 0, graceMs: 0 })
    expect(await client.closed()).toMatchObject({ code: 1012 })
    expect(server.tide.connectionCount).toBe(0)
  })

  test('P-061 P-004 nobody new is let in meanwhile: 503, and when to try again', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    expect(server.tide.isDraining).toBe(false)
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    expect(server.tide.isDraining).toBe(true)
    const answer = await exchange(server.port, upgradeRequest())
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'DRAINING' })
    client.close()
    await drained
  })

  test('a drain that is cut short by close() ends, too', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    const drained = server.tide.drain({ overMs: 60_000, graceMs: 60_000 })
    await server.tide.close()
    await drained
    expect(await client.closed()).toMatchObject({ code: 1001 })
  })

  test('a drain of nobody is over at once', async () => {
    await using server = await startServer()
    await server.tide.drain()
    expect(server.tide.isDraining).toBe(true)
  })

  test.each([{ overMs: -1 }, { graceMs: Number.NaN }])('refuses the times %o', async (times) => {
    await using server = await startServer()
    await expect(server.tide.drain(times)).rejects.toThrow(TypeError)
    expect(server.tide.isDraining).toBe(false)
  })
})
