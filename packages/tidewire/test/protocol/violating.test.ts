import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openByteSocket } from '../support/byte-socket.ts'
import { announcedFrame, clientFrame, closeBody, opcodes } from '../support/client-frame.ts'
import { expectServed } from '../support/healthy-client.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterEach(() => expectServed(server.url))
afterAll(() => server[Symbol.asyncDispose]())

/** Sends bytes after a handshake; the code the server closes with, and then it hangs up. */
async function closeCodeAfter(...parts: readonly Buffer[]): Promise<number> {
  await using socket = await openByteSocket(server.port)
  await socket.handshake()
  for (const part of parts) socket.write(part)
  const code = await socket.closeCode()
  await socket.ended()
  return code
}

const heartbeat = '{"type":"heartbeat"}'
const euro = Buffer.from('"€"')
const { binary, close, continuation, ping, pong, text } = opcodes

/** PROTOCOL.md P-051, on a bare socket; after each a healthy client is still served. */
describe('violating the protocol', () => {
  test.each([
    'hello',
    '{',
    '{"type":"heartbeat"',
    '{"type":"heartbeat",}',
    "{'type':'heartbeat'}",
    '{"type":"publish","channel":"room:a","payload":NaN}',
    '\uFEFF{"type":"heartbeat"}',
    '{"type":"heartbeat"}\u0000',
    '{"type":"heartbeat"}{"type":"heartbeat"}',
    ' ',
    ']',
    'undefined',
  ])('P-051 text that is not JSON, %j: 1003', async (data) => {
    await using client = await connectRaw(server.url)
    client.send(data)
    expect(await client.closed()).toMatchObject({ code: 1003 })
  })

  test.each([
    ['JSON', Buffer.from(heartbeat)],
    ['nothing', Buffer.alloc(0)],
    ['MessagePack', Buffer.of(0x81, 0xa4)],
  ])('P-051 a binary frame with %s on the JSON subprotocol: 1003', async (_, data) => {
    for (const protocols of [[], ['tidewire.v1.json']]) {
      await using client = await connectRaw(server.url, { protocols })
      client.send(data)
      expect(await client.closed()).toMatchObject({ code: 1003 })
    }
  })

  test('P-051 nothing that was sent behind a violation is carried out', async () => {
    await using reader = await connectRaw(server.url)
    await reader.ask({ type: 'subscribe', id: 1, channel: 'room:after' })
    await using socket = await openByteSocket(server.port)
    await socket.handshake()
    const publish = clientFrame('{"type":"publish","channel":"room:after","payload":1}')
    socket.write(Buffer.concat([clientFrame('not JSON'), publish]))
    expect(await socket.closeCode()).toBe(1003)
    await socket.ended()
    await reader.expectSilence()
  })

  test.each([
    ['a lone continuation byte', [clientFrame(Buffer.of(0x22, 0x80, 0x22))]],
    ['an overlong form', [clientFrame(Buffer.of(0x22, 0xc0, 0xaf, 0x22))]],
    ['a surrogate', [clientFrame(Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22))]],
    ['a code point cut short', [clientFrame(euro.subarray(0, 3))]],
    [
      'a code point cut by the end of the last fragment',
      [
        clientFrame(euro.subarray(0, 2), { isFinal: false }),
        clientFrame(euro.subarray(2, 3), { opcode: continuation }),
      ],
    ],
    [
      'a close reason that is not UTF-8',
      [clientFrame(Buffer.concat([closeBody(1000), Buffer.of(0xff)]), { opcode: close })],
    ],
  ])('P-051 invalid UTF-8, %s: 1007', async (_, parts) => {
    expect(await closeCodeAfter(...parts)).toBe(1007)
  })

  test('P-051 a code point split between two fragments is valid', async () => {
    await using socket = await openByteSocket(server.port)
    await socket.handshake()
    await socket.nextFrame()
    socket.write(clientFrame(euro.subarray(0, 2), { isFinal: false }))
    socket.write(clientFrame(euro.subarray(2), { opcode: continuation }))
    expect(String((await socket.nextFrame()).payload)).toContain('INVALID_FRAME')
  })

  test.each([
    ['a frame that is not masked', clientFrame(heartbeat, { isMasked: false })],
    ['RSV1, which marks compressed frames', clientFrame(heartbeat, { reserved: 0b100 })],
    ['RSV2', clientFrame(heartbeat, { reserved: 0b010 })],
    ['RSV3', clientFrame(heartbeat, { reserved: 0b001 })],
    ['a reserved data opcode', clientFrame(heartbeat, { opcode: 0x3 })],
    ['a reserved control opcode', clientFrame('', { opcode: 0xb })],
    ['a continuation of nothing', clientFrame(heartbeat, { opcode: continuation })],
    ['a fragmented ping', clientFrame('', { opcode: ping, isFinal: false })],
    ['a ping of 126 bytes', clientFrame('p'.repeat(126), { opcode: ping })],
    ['a pong of 126 bytes', clientFrame('p'.repeat(126), { opcode: pong })],
    ['a close frame of 1 byte', clientFrame('c', { opcode: close })],
    ['a close frame of 126 bytes', clientFrame('c'.repeat(126), { opcode: close })],
    ['close code 999', clientFrame(closeBody(999), { opcode: close })],
    ['close code 1005', clientFrame(closeBody(1005), { opcode: close })],
    ['close code 1006', clientFrame(closeBody(1006), { opcode: close })],
    ['close code 5000', clientFrame(closeBody(5000), { opcode: close })],
  ])('P-051 bad framing, %s: 1002', async (_, frame) => {
    expect(await closeCodeAfter(frame)).toBe(1002)
  })

  test('P-051 a new message inside a fragmented one: 1002', async () => {
    const begun = clientFrame('{', { isFinal: false })
    expect(await closeCodeAfter(begun, clientFrame(heartbeat, { opcode: text }))).toBe(1002)
  })

  test('P-051 more than the limit: 1009, told from the header alone', async () => {
    expect(await closeCodeAfter(announcedFrame(64 * 1024 + 1))).toBe(1009)
    expect(await closeCodeAfter(announcedFrame(2 ** 40))).toBe(1009)
  })

  test('P-051 more than the limit in many small fragments: 1009', async () => {
    const first = clientFrame('"1234567', { isFinal: false })
    const fragment = clientFrame('12345678', { opcode: continuation, isFinal: false })
    const parts = Array.from({ length: 10_000 }, (_, index) => (index === 0 ? first : fragment))
    expect(await closeCodeAfter(Buffer.concat(parts))).toBe(1009)
  })

  test('P-051 a binary frame larger than the limit: 1009', async () => {
    const frame = clientFrame(Buffer.alloc(64 * 1024 + 1), { opcode: binary })
    expect(await closeCodeAfter(frame)).toBe(1009)
  })

  test('P-051 any bytes behind a handshake: the connection ends or goes on, the server stays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        await using socket = await openByteSocket(server.port)
        await socket.handshake()
        socket.write(Buffer.from(bytes))
      }),
      { numRuns: 100 },
    )
  })
})
