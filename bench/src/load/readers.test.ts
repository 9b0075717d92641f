import { constants, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeEvent } from '../servers/event.ts'
import { CollectingReader } from './collecting-reader.ts'
import { CountingReader } from './counting-reader.ts'
import { tidewireDialect } from './dialects/tidewire.ts'
import { clientFrame, opcodes } from './frame-bytes.ts'
import { Tally } from './tally.ts'

const emptyPing = Buffer.from([0x89, 0x00])

/** Numbers of events per frame that make frames of every header size. */
const batchSizes = fc.array(fc.constantFrom<number[]>(0, 1, 2, 3, 10, 500), {
  minLength: 1,
  maxLength: 12,
})
const chunkSizes = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 })

describe('wherever the bytes are cut', () => {
  test('the counting reader counts every event', () => {
    fc.assert(
      fc.property(batchSizes, chunkSizes, (sizes, chunks) => {
        const tally = new Tally()
        const reader = new CountingReader(tidewireDialect, tally)
        feed(Buffer.concat(sizes.map(serverFrame)), chunks, (chunk) => reader.read(chunk))
        expect(tally.events).toBe(sizes.reduce((sum, size) => sum + size, 0))
        expect(tally.frames).toBe(sizes.length)
        expect(tally.closed).toBe(0)
      }),
    )
  })

  test('the collecting reader tells of every ping, and takes it for no payload', () => {
    fc.assert(
      fc.property(batchSizes, chunkSizes, (sizes, chunks) => {
        const seen: string[] = []
        const reader = new CollectingReader(
          (payload) => seen.push(payload.toString()),
          () => seen.push('ping'),
        )
        const frames = sizes.flatMap((size) => [emptyPing, serverFrame(size)])
        feed(Buffer.concat(frames), chunks, (chunk) => reader.read(chunk))
        expect(seen).toEqual(sizes.flatMap((size) => ['ping', payloadOf(size)]))
      }),
    )
  })

  test('the collecting reader hands on every payload whole', () => {
    fc.assert(
      fc.property(batchSizes, chunkSizes, (sizes, chunks) => {
        const payloads: string[] = []
        const reader = new CollectingReader((payload) => payloads.push(payload.toString()))
        feed(Buffer.concat(sizes.map(serverFrame)), chunks, (chunk) => reader.read(chunk))
        expect(payloads).toEqual(sizes.map(payloadOf))
      }),
    )
  })
})

test('a reader keeps nothing of the bytes it was lent', () => {
  const payloads: string[] = []
  const reader = new CollectingReader((payload) => payloads.push(payload.toString()))
  const bytes = serverFrame(2)
  const lent = Buffer.alloc(1)
  for (const byte of bytes) {
    lent[0] = byte
    reader.read(lent)
  }
  expect(payloads).toEqual([payloadOf(2)])
})

describe('of deflated frames', () => {
  test('the collecting reader hands on what was deflated, each frame by itself', () => {
    fc.assert(
      fc.property(batchSizes, chunkSizes, (sizes, chunks) => {
        const payloads: string[] = []
        const reader = new CollectingReader((payload) => payloads.push(payload.toString()))
        feed(Buffer.concat(sizes.map(deflatedFrame)), chunks, (chunk) => reader.read(chunk))
        expect(payloads).toEqual(sizes.map(payloadOf))
      }),
    )
  })

  test('the counting reader counts the frames and leaves the events to others', () => {
    fc.assert(
      fc.property(batchSizes, chunkSizes, (sizes, chunks) => {
        const tally = new Tally()
        const reader = new CountingReader(tidewireDialect, tally)
        const frames = Buffer.concat([serverFrame(3), ...sizes.map(deflatedFrame)])
        feed(frames, chunks, (chunk) => reader.read(chunk))
        expect(tally).toMatchObject({ events: 3, uncountedFrames: sizes.length })
        expect(tally.frames).toBe(sizes.length + 1)
      }),
    )
  })

  test('bytes that are not deflated as the header says are refused', () => {
    const frame = serverFrame(2)
    frame[0] = deflatedText
    const reader = new CollectingReader(() => {})
    expect(() => reader.read(frame)).toThrow()
  })
})

test('a close frame is counted and is no event', () => {
  const tally = new Tally()
  new CountingReader(tidewireDialect, tally).read(Buffer.from([0x88, 0x02, 0x03, 0xe8]))
  expect(tally).toMatchObject({ closed: 1, events: 0, frames: 0 })
})

test('pings are skipped', () => {
  const tally = new Tally()
  const bytes = Buffer.concat([Buffer.from([0x89, 0x01, 0x61]), serverFrame(3)])
  new CountingReader(tidewireDialect, tally).read(bytes)
  expect(tally).toMatchObject({ events: 3, frames: 1 })
})

test('a batch that hides its count is refused, not counted wrongly', () => {
  const frame = frameOf('{"type":"batch","events":[],"channel":"bench:0","count":0}')
  const reader = new CountingReader(tidewireDialect, new Tally())
  expect(() => reader.read(frame)).toThrow('count')
})

test('a client frame of any length is as RFC 6455 says', () => {
  for (const length of [0, 1, 125, 126, 5_000]) {
    const text = 'x'.repeat(length)
    expect(unmasked(clientFrame(opcodes.text, text))).toEqual({ first: 0x81, text })
  }
})

test('a client frame that needs 8 bytes of length is refused', () => {
  expect(() => clientFrame(opcodes.text, 'x'.repeat(65_536))).toThrow(RangeError)
})

function payloadOf(count: number): string {
  if (count === 0) return '{"type":"ack","id":1}'
  const events = Array.from({ length: count }, (_, index) => ({ payload: makeEvent(index, index) }))
  return count === 1
    ? JSON.stringify({ type: 'message', channel: 'bench:0', ...events[0] })
    : JSON.stringify({ type: 'batch', channel: 'bench:0', count, events })
}

function serverFrame(count: number): Buffer {
  return frameOf(payloadOf(count))
}

function deflatedFrame(count: number): Buffer {
  const deflated = deflateRawSync(payloadOf(count), { finishFlush: constants.Z_SYNC_FLUSH })
  const frame = frameOf(deflated.subarray(0, -4))
  frame[0] = deflatedText
  return frame
}

const deflatedText = 0xc1

function frameOf(payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload)
  const { length } = bytes
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  header[0] = 0x81
  if (length < 126) header[1] = length
  else if (length < 65_536) header.writeUIntBE(0x7e_0000 + length, 1, 3)
  else header.writeUIntBE(0x7f, 1, 1)
  if (length >= 65_536) header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, bytes])
}

/** Reads a masked frame the slow way, byte by byte. */
function unmasked(frame: Buffer): { readonly first: number; readonly text: string } {
  const [first = 0, second = 0] = frame
  const isLong = (second & 0x7f) === 126
  const length = isLong ? frame.readUInt16BE(2) : second & 0x7f
  const mask = isLong ? 4 : 2
  const payload = frame.subarray(mask + 4)
  expect(second & 0x80).toBe(0x80)
  expect(payload.length).toBe(length)
  const plain = payload.map((byte, index) => byte ^ (frame[mask + (index & 3)] ?? 0))
  return { first, text: Buffer.from(plain).toString() }
}

function feed(bytes: Buffer, sizes: readonly number[], read: (chunk: Buffer) => void): void {
  let at = 0
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    // Lent as the connections lend it: what follows overwrites it.
    const chunk = Buffer.from(bytes.subarray(at, at + size))
    read(chunk)
    chunk.fill(0)
    at += size
  }
}
