import { constants, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { announcedFrame, clientFrame, closeBody, opcodes } from '../support/client-frame.ts'
import { besiege } from './harness/besiege.ts'
import { heldBytes, mebibyte, peakBytes } from './harness/memory.ts'

const { close, continuation, ping } = opcodes
const heartbeat = '{"type":"heartbeat"}'
const limit = 64 * 1_024

describe('framing that breaks RFC 6455', () => {
  const siege = besiege()

  test.each([
    ['an unmasked client frame', clientFrame(heartbeat, { isMasked: false })],
    ['a reserved bit', clientFrame(heartbeat, { reserved: 0b001 })],
    ['the bit of compressed frames, not negotiated', clientFrame(heartbeat, { reserved: 0b100 })],
    ['a reserved opcode', clientFrame(heartbeat, { opcode: 0x3 })],
    ['a reserved control opcode', clientFrame('', { opcode: 0xf })],
    ['a fragmented control frame', clientFrame('', { opcode: ping, isFinal: false })],
    ['a control frame of 126 bytes', clientFrame('p'.repeat(126), { opcode: ping })],
    ['a continuation of nothing', clientFrame(heartbeat, { opcode: continuation })],
    ['close code 1005', clientFrame(closeBody(1005), { opcode: close })],
    ['close code 1006', clientFrame(closeBody(1006), { opcode: close })],
    ['close code 999', clientFrame(closeBody(999), { opcode: close })],
    ['a close payload of 1 byte', clientFrame('c', { opcode: close })],
  ])('row 6: %s closes with 1002', async (_, frame) => {
    expect(await siege.closeCodeAfter(frame)).toBe(1002)
  })

  test.each([
    ['in one frame', [clientFrame(Buffer.of(0x22, 0xff, 0x22))]],
    ['cut inside a code point', [clientFrame(Buffer.from('"€').subarray(0, 3))]],
    [
      'split inside a code point that never ends',
      [
        clientFrame(Buffer.of(0x22, 0xe2), { isFinal: false }),
        clientFrame(Buffer.of(0x82, 0x22), { opcode: continuation }),
      ],
    ],
    ['in a close reason', [clientFrame(Buffer.of(0x03, 0xe8, 0xff), { opcode: close })]],
  ])('row 7: invalid UTF-8 %s closes with 1007', async (_, parts) => {
    expect(await siege.closeCodeAfter(...parts)).toBe(1007)
  })

  test('row 7: valid UTF-8 split inside a code point is read', async () => {
    await using socket = await siege.open()
    const text = Buffer.from('{"type":"call","id":"€","method":"m"}')
    const inside = text.indexOf('€') + 1
    socket.write(clientFrame(text.subarray(0, inside), { isFinal: false }))
    socket.write(clientFrame(text.subarray(inside), { opcode: continuation }))
    expect(String((await socket.nextFrame()).payload)).toContain('"id":"€"')
  })
})

describe('more bytes than a frame may have', () => {
  const siege = besiege()

  test.each([limit + 1, 2 ** 31, 2 ** 40])(
    'row 8: a header that announces %d bytes closes with 1009 before one of them was sent',
    async (bytes) => {
      expect(await siege.closeCodeAfter(announcedFrame(bytes))).toBe(1009)
    },
  )

  test('row 8: a length of 2^63 closes before one byte was sent', async () => {
    const header = Buffer.concat([Buffer.of(0x81, 0xff, 0x80), Buffer.alloc(11)])
    expect(await siege.closeCodeAfter(header)).toBe(1009)
  })

  test('row 8: more than the limit in 10,000 fragments closes with 1009', async () => {
    const fragment = clientFrame('12345678', { opcode: continuation, isFinal: false })
    const fragments = Array.from({ length: 9_999 }, () => fragment)
    const first = clientFrame('"1234567', { isFinal: false })
    expect(await siege.closeCodeAfter(first, Buffer.concat(fragments))).toBe(1009)
  })

  test('row 8: fragments that hold nothing do not pile up', async () => {
    await using socket = await siege.open()
    const before = heldBytes()
    socket.write(clientFrame('', { isFinal: false }))
    const nothing = clientFrame('', { opcode: continuation, isFinal: false })
    for (let round = 0; round < 100; round += 1) {
      socket.write(Buffer.concat(Array.from({ length: 2_000 }, () => nothing)))
    }
    expect(await socket.closeCode()).toBe(1008)
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
  })

  test('row 8: a ping between the fragments of a message that never ends is answered', async () => {
    await using socket = await siege.open()
    socket.write(clientFrame('"half', { isFinal: false }))
    socket.write(clientFrame('still there', { opcode: ping }))
    expect(await socket.nextFrame()).toMatchObject({ opcode: opcodes.pong })
  })
})

describe('more bytes than a frame may have, compressed', () => {
  const siege = besiege({ compression: {} })
  const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' }

  test.each([
    ['1 GiB of zeros in 1 MiB', 1_024],
    ['60 MiB of zeros in what the limit lets in', 60],
  ])('row 8: %s closes with 1009 before the memory is taken', async (_, mebibytes) => {
    const bomb = zeros(mebibytes)
    await using socket = await siege.open(offer)
    const before = peakBytes()
    socket.write(clientFrame(bomb, { reserved: 0b100 }))
    expect(await socket.closeCode()).toBe(1009)
    await socket.ended()
    expect(peakBytes() - before).toBeLessThan(32 * mebibyte)
  })

  test('row 8: zeros in many compressed fragments close with 1009', async () => {
    const bomb = zeros(60)
    await using socket = await siege.open(offer)
    const before = peakBytes()
    for (let at = 0; at < bomb.length; at += 512) {
      const opcode = at === 0 ? opcodes.text : continuation
      const reserved = at === 0 ? 0b100 : 0
      const part = bomb.subarray(at, at + 512)
      socket.write(clientFrame(part, { opcode, reserved, isFinal: at + 512 >= bomb.length }))
    }
    expect(await socket.closeCode()).toBe(1009)
    expect(peakBytes() - before).toBeLessThan(32 * mebibyte)
  })

  test('row 8: bytes that are not deflated close with 1007', async () => {
    await using socket = await siege.open(offer)
    socket.write(clientFrame(Buffer.alloc(100, 0xff), { reserved: 0b100 }))
    expect(await socket.closeCode()).toBe(1007)
  })
})

/** Deflated zeros; after a full flush a part stands for itself, so one of them is repeated. */
function zeros(mebibytes: number): Buffer {
  const part = deflateRawSync(Buffer.alloc(mebibyte), { finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat(Array.from({ length: mebibytes }, () => part))
}
