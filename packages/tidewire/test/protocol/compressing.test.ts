import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type ByteSocket, openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { clientFrame } from '../support/client-frame.ts'
import { expectServed } from '../support/healthy-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }
const subscribe = clientFrame('{"type":"subscribe","id":1,"channel":"room:zip"}')
const long = 'tide '.repeat(1_000)

/** A bare socket that offers compression, and what the server made of the offer. */
async function offering({ port }: TestServer): Promise<{ socket: ByteSocket; head: string }> {
  const socket = await openByteSocket(port)
  socket.write(upgradeRequest({ headers: offer }))
  const head = (await socket.head()).toLowerCase()
  await socket.nextFrame()
  return { socket, head }
}

/** What a compressed frame holds (RFC 7692, section 7.2.2). */
function inflated(payload: Buffer): string {
  const tail = Buffer.of(0x00, 0x00, 0xff, 0xff)
  return inflateRawSync(Buffer.concat([payload, tail]), { finishFlush: 2 }).toString()
}

const rsv1 = 0x40

/** PROTOCOL.md P-035, and what compressed input may cost. */
describe('compressing', () => {
  test('P-035 is off unless asked for', async () => {
    await using server = await startServer()
    const { socket, head } = await offering(server)
    expect(head).not.toContain('sec-websocket-extensions')
    await socket[Symbol.asyncDispose]()
  })

  test('P-035 a frame is compressed once, and all who can read it get the same bytes', async () => {
    await using server = await startServer({ compression: {} })
    const peers = [await offering(server), await offering(server)]
    for (const { socket, head } of peers) {
      expect(head).toContain('permessage-deflate')
      expect(head).toContain('server_no_context_takeover')
      socket.write(subscribe)
      await socket.nextFrame()
    }
    for (const text of [long, `${long}!`]) {
      await server.tide.publish('room:zip', text)
      const [one, other] = await Promise.all(peers.map(({ socket }) => socket.nextFrame()))
      expect((one?.bytes[0] ?? 0) & rsv1).toBe(rsv1)
      expect(one?.payload.length).toBeLessThan(200)
      expect(JSON.parse(inflated(one?.payload ?? Buffer.of()))).toMatchObject({ payload: text })
      expect(other?.bytes).toEqual(one?.bytes)
    }
    for (const { socket } of peers) await socket[Symbol.asyncDispose]()
  })

  test('P-035 small frames, and those for clients that did not offer it, stay as they are', async () => {
    await using server = await startServer({ compression: { thresholdBytes: 500 } })
    const { socket: able } = await offering(server)
    await using plain = await openByteSocket(server.port)
    await plain.handshake()
    await plain.nextFrame()
    for (const socket of [able, plain]) {
      socket.write(subscribe)
      await socket.nextFrame()
    }
    await server.tide.publish('room:zip', 'short')
    expect(String((await able.nextFrame()).payload)).toContain('"short"')
    await plain.nextFrame()
    await server.tide.publish('room:zip', long)
    expect(String((await plain.nextFrame()).payload)).toContain(long)
    expect(inflated((await able.nextFrame()).payload)).toContain(long)
    await able[Symbol.asyncDispose]()
  })

  test('P-051 compressed input is read, and a bomb in it closes 1009', async () => {
    await using server = await startServer({ compression: {} })
    const { socket } = await offering(server)
    const compressed = (text: Buffer | string) => {
      const body = deflateRawSync(text, { finishFlush: 2 })
      return clientFrame(body.subarray(0, -4), { reserved: 0b100 })
    }
    socket.write(compressed('{"type":"heartbeat"}'))
    expect(String((await socket.nextFrame()).payload)).toContain('"heartbeat"')
    // 40 MB of zeros in 40 kB: within the limit as it arrives, far beyond it as it is.
    socket.write(compressed(Buffer.alloc(40 * 1024 * 1024)))
    expect(await socket.closeCode()).toBe(1009)
    await socket.ended()
    await expectServed(server.url)
  })
})
