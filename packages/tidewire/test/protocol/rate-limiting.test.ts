import { describe, expect, test } from 'vitest'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import { openByteSocket } from '../support/byte-socket.ts'
import { clientFrame, opcodes } from '../support/client-frame.ts'
import { expectServed } from '../support/healthy-client.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { answersTo, calls, codesOf, slowly, tooMuch } from '../support/too-much.ts'

/** PROTOCOL.md P-060, on real sockets. */
describe('sending too much', () => {
  test('P-060 a burst of 200 frames is handled; the next one is answered RATE_LIMITED with its id', async () => {
    await using server = await startServer({ limits: slowly })
    await using client = await connectRaw(server.url)
    for (const call of calls(200)) client.send(call)
    for (const { id } of calls(200)) {
      expect(await client.next('error')).toMatchObject({ id, code: 'UNKNOWN_METHOD' })
    }
    const answer = await client.ask({ type: 'publish', id: 'late', channel: 'room:a', payload: 1 })
    expect(answer).toEqual({ ...tooMuch, id: 'late' })
    expect(answer).toMatchObject({ retryAfterMs: expect.toSatisfy((ms) => ms > 0 && ms <= 1_000) })
    expect(server.tide.counters).toMatchObject({
      limitsHit: { framesPerSecond: 1 },
      errors: { RATE_LIMITED: 1 },
    })
  })

  test('P-060 a frame over the rate is not handled', async () => {
    await using server = await startServer({ limits: { ...slowly, frameBurst: 1 } })
    await using reader = await connectRaw(server.url)
    await reader.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    await using writer = await connectRaw(server.url)
    const publish = (id: number) => ({ type: 'publish', id, channel: 'room:a', payload: id })
    writer.send([publish(1), publish(2)])
    expect(await answersTo(writer, 2)).toMatchObject([{ code: 'RATE_LIMITED', id: 2 }, { id: 1 }])
    expect(await reader.next('message')).toMatchObject({ payload: 1 })
    await server.tide.publish('room:a', 3)
    expect(await reader.next('message')).toMatchObject({ payload: 3 })
  })

  test('P-060 each object of an array counts, and each has its own answer', async () => {
    await using server = await startServer({ limits: { ...slowly, frameBurst: 10 } })
    await using client = await connectRaw(server.url)
    client.send(calls(64))
    const answers = await answersTo(client, 64)
    expect(codesOf(answers)).toEqual({ UNKNOWN_METHOD: 10, RATE_LIMITED: 54 })
    expect(new Set(answers.map(idOf))).toEqual(new Set(calls(64).map(({ id }) => id)))
  })

  test('P-060 frames that are wrong count, and get RATE_LIMITED once they are too many', async () => {
    await using server = await startServer({ limits: { ...slowly, frameBurst: 3 } })
    await using client = await connectRaw(server.url)
    for (const wrong of ['42', '{"type":7,"id":1}', '[]']) {
      expect(await client.ask(wrong)).toMatchObject({ code: 'INVALID_FRAME' })
    }
    expect(await client.ask('{"type":7,"id":1}')).toEqual({ ...tooMuch, id: 1 })
  })

  test('P-060 pings count, and are not answered once they are too many', async () => {
    await using server = await startServer({ limits: { ...slowly, frameBurst: 20 } })
    await using socket = await openByteSocket(server.port)
    await socket.handshake()
    await socket.nextFrame()
    const pings = Array.from({ length: 50 }, (_, at) =>
      clientFrame(`${at}`, { opcode: opcodes.ping }),
    )
    socket.write(Buffer.concat([...pings, clientFrame('{"type":"call","id":1,"method":"m"}')]))
    for (let at = 0; at < 20; at += 1) {
      expect(await socket.nextFrame()).toMatchObject({
        opcode: opcodes.pong,
        payload: Buffer.from(`${at}`),
      })
    }
    expect(String((await socket.nextFrame()).payload)).toContain('RATE_LIMITED')
    expect(server.tide.counters.limitsHit.framesPerSecond).toBe(31)
  })

  test('P-060 pongs that nobody asked for count', async () => {
    await using server = await startServer({ limits: { ...slowly, frameBurst: 20 } })
    await using socket = await openByteSocket(server.port)
    await socket.handshake()
    await socket.nextFrame()
    const pongs = Array.from({ length: 50 }, () => clientFrame('', { opcode: opcodes.pong }))
    socket.write(Buffer.concat([...pongs, clientFrame('{"type":"call","id":1,"method":"m"}')]))
    expect(String((await socket.nextFrame()).payload)).toContain('RATE_LIMITED')
    expect(server.tide.counters.limitsHit.framesPerSecond).toBe(31)
  })

  test('P-060 more bytes than may be come too early, too, in bytes of UTF-8', async () => {
    const limits = { bytesPerSecond: 1, maxPayloadBytes: 1_000 }
    await using server = await startServer({ limits })
    await using client = await connectRaw(server.url)
    const publish = (payload: string) => ({ type: 'publish', id: 1, channel: 'room:a', payload })
    const bare = Buffer.byteLength(JSON.stringify(publish('')))
    expect(await client.ask(publish('€'.repeat(300)))).toMatchObject({ type: 'ack' })
    const answer = await client.ask(publish(''))
    expect(answer).toEqual({ ...tooMuch, id: 1 })
    const missingMs = (bare + 900 + bare - 1_000) * 1_000
    expect(answer).toMatchObject({
      retryAfterMs: expect.toSatisfy((ms) => ms > missingMs - 60_000 && ms <= missingMs),
    })
  })

  test('P-060 a flood has one answer for each frame with an id, few for all others, and disturbs nobody', async () => {
    await using server = await startServer({ limits: { addressFramesPerSecond: 100_000 } })
    await using flooder = await connectRaw(server.url)
    await using other = await connectRaw(server.url)
    for (let at = 0; at < 3_000; at += 60) {
      flooder.send(calls(60, at))
      flooder.send(Array.from({ length: 60 }, () => ({ type: 'publish', channel: 'none:a' })))
    }
    for (const { id } of calls(50)) {
      expect(await other.ask({ type: 'call', id, method: 'm' })).toMatchObject({
        id,
        code: 'UNKNOWN_METHOD',
      })
    }
    const ids = new Set<unknown>()
    let others = 0
    while (ids.size < 3_000) {
      const id = idOf(await flooder.next())
      if (id === undefined) others += 1
      else expect(ids.has(id)).toBe(false)
      ids.add(id ?? 0)
    }
    // Those of the burst, and one a rest.
    expect(others).toBeLessThan(400)
    await expectServed(server.url)
  })
})

function idOf(frame: ServerFrame): unknown {
  return 'id' in frame ? frame.id : undefined
}
