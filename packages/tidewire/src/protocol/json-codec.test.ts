import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EncodableEvent } from './codec.ts'
import type { ClientFrame, EventFields, ServerFrame } from './frames.ts'
import { jsonCodec } from './json-codec.ts'
import { protocolLimits } from './limits.ts'
import { parseServerText } from './server-text.ts'

const text = fc.string({ unit: 'binary' })
const payload = fc
  .jsonValue({ stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value)))
const channel = fc.string({
  unit: fc.constantFrom(...'aZ0_-~@=+,!/:'),
  minLength: 1,
  maxLength: 40,
})
const offset = fc.maxSafeNat()
const id = fc.oneof(fc.maxSafeInteger(), fc.string({ minLength: 1, maxLength: 16 }))
const position = fc.record({ epoch: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), offset })

describe('client frames', () => {
  it('come out of decode as they went in', () => {
    fc.assert(
      fc.property(clientFrame, (frame) => {
        expect(jsonCodec.decode(JSON.stringify(frame))).toStrictEqual({
          kind: 'frames',
          frames: [{ ok: true, frame }],
        })
      }),
    )
  })

  it('come out of an array in their order, each right or wrong by itself', () => {
    const one = fc.oneof(clientFrame, fc.constant(null))
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 64 }), (frames) => {
        const decoded = jsonCodec.decode(JSON.stringify(frames))
        const read = decoded.kind === 'frames' ? decoded.frames : []
        expect(read.map((parsed) => (parsed.ok ? parsed.frame : null))).toStrictEqual(frames)
      }),
    )
  })

  it.each([0, protocolLimits.maxFramesPerArray + 1])('are refused as an array of %i', (count) => {
    const frames = Array.from({ length: count }, () => ({ type: 'heartbeat' }))
    expect(jsonCodec.decode(JSON.stringify(frames))).toMatchObject({
      kind: 'frames',
      frames: [{ ok: false, error: { code: 'INVALID_FRAME' } }],
    })
  })

  it('may nest 32 levels deep and not one more', () => {
    // The frame itself is the first level.
    const frame = (levels: number) =>
      `{"type":"publish","channel":"c","payload":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
    expect(jsonCodec.decode(frame(32))).toMatchObject({ frames: [{ ok: true }] })
    expect(jsonCodec.decode(frame(33))).toMatchObject({
      kind: 'frames',
      frames: [{ ok: false, error: { code: 'INVALID_FRAME' } }],
    })
    // The same holds within an array, which is no level of theirs.
    expect(jsonCodec.decode(`[${frame(32)}]`)).toMatchObject({ frames: [{ ok: true }] })
    expect(jsonCodec.decode(`[${frame(33)}]`)).toMatchObject({ frames: [{ ok: false }] })
    expect(jsonCodec.decode(` [${frame(32)}]`)).toEqual(jsonCodec.decode(`[${frame(32)}]`))
  })

  it('are refused by themselves, with their ids, when they nest deeper', () => {
    const nested = `${'['.repeat(32)}1${']'.repeat(32)}`
    const publish = (id: unknown, payload: string) =>
      `{"type":"publish","payload":${payload},"channel":"c","id":${JSON.stringify(id)}}`
    const texts = [publish(1, '1'), publish(2, nested), publish({}, nested), publish('3', '[[2]]')]
    const tooDeep = { code: 'INVALID_FRAME', message: 'a frame nests at most 32 levels deep' }
    const read = { type: 'publish', channel: 'c' } as const
    expect(jsonCodec.decode(`[${texts}]`)).toEqual({
      kind: 'frames',
      frames: [
        { ok: true, frame: { ...read, id: 1, payload: 1 } },
        { ok: false, error: { ...tooDeep, id: 2 } },
        { ok: false, error: tooDeep },
        { ok: true, frame: { ...read, id: '3', payload: [[2]] } },
      ],
    })
    const alone = { kind: 'frames', frames: [{ ok: false, error: { ...tooDeep, id: 2 } }] }
    expect(jsonCodec.decode(publish(2, nested))).toEqual(alone)
  })

  it('are never read without what they nest', () => {
    const spaces = fc.constantFrom('', ' ', '\n\t')
    fc.assert(
      fc.property(fc.integer({ min: 25, max: 36 }), fc.boolean(), spaces, (levels, many, space) => {
        const payload = `${'['.repeat(levels)}7${']'.repeat(levels)}`
        const text = `{"type":"publish","channel":"c","payload":${payload}}`
        const decoded = jsonCodec.decode(space + (many ? `[${text}]` : text))
        const frame = { type: 'publish', channel: 'c', payload: JSON.parse(payload) }
        const parsed = levels < 32 ? { ok: true, frame } : { ok: false }
        expect(decoded).toMatchObject({ kind: 'frames', frames: [parsed] })
      }),
    )
  })
})

describe('untrusted input', () => {
  it('becomes frames or a violation, never an exception', () => {
    const jsonLike = fc.string({ unit: fc.constantFrom(...'[]{}":,\\0truefalsn eE+-.') })
    const bytes = fc.uint8Array().map((value) => Buffer.from(value).toString('latin1'))
    const cut = fc
      .tuple(clientFrames(), fc.nat(200))
      .map(([frames, at]) => JSON.stringify(frames).slice(0, at))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), jsonLike, bytes, cut), (data) => {
        const decoded = jsonCodec.decode(data)
        if (decoded.kind === 'violation') {
          expect(decoded.close).toBe('notText')
          expect(() => JSON.parse(data)).toThrow(SyntaxError)
        } else {
          expect(decoded.frames.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('ends the connection when it is binary', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(jsonCodec.decode(bytes)).toEqual({ kind: 'violation', close: 'notText' })
      }),
    )
  })

  it.each(['{', 'hello', '{"type":"heartbeat"} x', '\ufeff{}', "{'type':1}", 'NaN'])(
    'ends the connection when it is not JSON: %j',
    (data) => {
      expect(jsonCodec.decode(data)).toEqual({ kind: 'violation', close: 'notText' })
    },
  )

  it('that nests without end is refused before it is parsed', () => {
    expect(jsonCodec.decode('['.repeat(60_000))).toMatchObject({
      frames: [{ ok: false, error: { code: 'INVALID_FRAME' } }],
    })
  })
})

describe('server frames', () => {
  it('of every type come out of parseServerText as they went in', () => {
    fc.assert(
      fc.property(serverFrame, (frame) => {
        expect(parseServerText(wireText(jsonCodec.encode(frame)))).toStrictEqual(frame)
      }),
      { numRuns: 400 },
    )
  })

  it.each([
    ['', SyntaxError],
    ['{', SyntaxError],
    ['null', TypeError],
    ['1', TypeError],
    ['"type"', TypeError],
    ['{}', TypeError],
    ['[{"type":"heartbeat","time":1}]', TypeError],
  ])('are none to a client when they are %j', (data, error) => {
    expect(() => parseServerText(data)).toThrow(error)
  })

  it('have a type, whatever the text was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (data) => {
        try {
          expect(parseServerText(data)).toHaveProperty('type')
        } catch (error) {
          expect(error).toSatisfy((one) => one instanceof SyntaxError || one instanceof TypeError)
        }
      }),
    )
  })
})

describe('events', () => {
  it('of one are the message frame that JSON.stringify writes', () => {
    fc.assert(
      fc.property(channel, plainEvent, (name, event) => {
        const joined = jsonCodec.joinEvents(name, [jsonCodec.encodeEvent(encodable(event))])
        expect(wireText(joined)).toBe(JSON.stringify({ type: 'message', channel: name, ...event }))
      }),
    )
  })

  it('of several are the batch frame that JSON.stringify writes', () => {
    const events = fc.array(plainEvent, { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(channel, events, (name, several) => {
        const encoded = several.map((event) => jsonCodec.encodeEvent(encodable(event)))
        const frame = { type: 'batch', channel: name, count: several.length, events: several }
        expect(wireText(jsonCodec.joinEvents(name, encoded))).toBe(JSON.stringify(frame))
      }),
    )
  })

  it('name another predecessor when they are told to, and stay what they were', () => {
    fc.assert(
      fc.property(plainEvent, offset, (event, other) => {
        const told = jsonCodec.withPredecessor(jsonCodec.encodeEvent(encodable(event)), other)
        expect(JSON.parse(wireText(told))).toStrictEqual({ ...event, prev: other })
      }),
    )
  })

  it('keep a `__proto__` in a payload as data', () => {
    const payloadJson = '{"__proto__":{"polluted":1}}'
    const joined = wireText(jsonCodec.joinEvents('c', [jsonCodec.encodeEvent({ payloadJson })]))
    expect(joined).toBe(`{"type":"message","channel":"c","payload":${payloadJson}}`)
    expect(JSON.stringify(parseServerText(joined))).toBe(joined)
    expect({}).not.toHaveProperty('polluted')
  })
})

const eventFields: fc.Arbitrary<EventFields> = fc
  .record(
    { offset, prev: offset, payload, from: text, time: fc.maxSafeNat() },
    { requiredKeys: ['payload'] },
  )
  // In the order the codec writes them: the test compares texts.
  .map(({ offset, prev, payload: value, from, time }) => ({
    ...(offset !== undefined && { offset }),
    ...(prev !== undefined && { prev }),
    payload: value,
    ...(from !== undefined && { from }),
    ...(time !== undefined && { time }),
  }))

/** An event as it is encoded: who comes before it is told later. */
const plainEvent = eventFields.map(({ prev: _prev, ...event }) => event)

const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  shape<ClientFrame>('auth', { token: text }, { id }),
  shape<ClientFrame>('subscribe', { id, channel }, { since: position, last: offset }),
  shape<ClientFrame>('unsubscribe', { id, channel }),
  shape<ClientFrame>(
    'publish',
    { channel, payload },
    { id, key: fc.string({ minLength: 1, maxLength: 40 }), echo: fc.boolean() },
  ),
  shape<ClientFrame>('call', { id, method: fc.string({ minLength: 1, maxLength: 40 }), payload }),
  shape<ClientFrame>('history', { id, channel }, { after: offset, before: offset, limit: offset }),
  shape<ClientFrame>('heartbeat', {}),
)

const code = fc.constantFrom('FORBIDDEN', 'INTERNAL')
const serverFrame: fc.Arbitrary<ServerFrame> = fc.oneof(
  shape<ServerFrame>('connected', {
    connectionId: text,
    time: offset,
    auth: fc.constantFrom('required', 'optional', 'done'),
    userId: fc.option(text),
    heartbeatMs: offset,
    limits: fc.record({ maxPayloadBytes: offset, maxChannels: offset }),
  }),
  shape<ServerFrame>('auth_ack', { userId: text }, { id, expiresAt: offset }),
  shape<ServerFrame>('auth_expiring', { inMs: offset }),
  shape<ServerFrame>(
    'ack',
    { id, channel },
    {
      position: fc.option(position),
      recovered: fc.boolean(),
      top: offset,
      reason: fc.constantFrom('EPOCH_CHANGED', 'HISTORY_TRIMMED', 'NO_HISTORY'),
      duplicate: fc.constant(true),
      events: fc.array(eventFields, { maxLength: 3 }),
    },
  ),
  shape<ServerFrame>('result', { id, payload }),
  shape<ServerFrame>('unsubscribed', { channel, code, message: text }),
  eventFields.chain((event) => shape<ServerFrame>('message', { channel, ...constants(event) })),
  shape<ServerFrame>('batch', { channel, count: offset, events: fc.array(eventFields) }),
  shape<ServerFrame>('gap', {
    channel,
    from: fc.option(position),
    to: fc.option(position),
    missed: fc.option(offset),
    reason: fc.constantFrom('HISTORY_TRIMMED', 'EPOCH_CHANGED', 'SLOW_READER'),
  }),
  shape<ServerFrame>('heartbeat', { time: offset }),
  shape<ServerFrame>('error', { code, message: text }, { id, retryAfterMs: offset }),
  shape<ServerFrame>('drain', { reconnectAfterMs: offset, closeAfterMs: offset }),
)

function clientFrames(): fc.Arbitrary<readonly ClientFrame[]> {
  return fc.array(clientFrame, { maxLength: 3 })
}

type Fields = Record<string, fc.Arbitrary<unknown>>

/** Frames of one type: the fields it always has, and those it may have. */
function shape<TFrame>(type: string, always: Fields, maybe: Fields = {}): fc.Arbitrary<TFrame> {
  const model: Fields = { type: fc.constant(type), ...always, ...maybe }
  const requiredKeys: string[] = ['type', ...Object.keys(always)]
  // Through JSON, so that what is compared has the prototypes and the zeros of
  // parsed text; the `as`: fast-check cannot relate a record to a union of frames.
  return fc
    .record(model, { requiredKeys })
    .map((fields) => JSON.parse(JSON.stringify(fields)) as TFrame)
}

function constants(fields: object): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fc.constant(value)]))
}

function encodable({ payload: value, ...fields }: EventFields): EncodableEvent {
  return { ...fields, payloadJson: JSON.stringify(value) }
}

function wireText(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : new TextDecoder().decode(data)
}
