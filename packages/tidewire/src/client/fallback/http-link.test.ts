import { describe, expect, test } from 'vitest'
import { at, following, hello, online, resumed, rig } from '../../../test/support/http-link-rig.ts'

describe('a link over a stream', () => {
  test('says hello once, however many requests it takes', async () => {
    const { server, heard, send } = await online('stream')
    const first = server.newest
    expect(first.isStream).toBe(true)
    expect(first.request.headers).toMatchObject({
      'Tidewire-Link': 'secret',
      'Content-Type': 'application/x-ndjson',
    })
    await send({ type: 'subscribe', id: 1, channel: 'log:a' })
    expect(first.isGivenUp).toBe(true)
    server.newest.tell(hello)
    expect(heard).toEqual([hello])
    expect(first.query.get('resume')).toBeNull()
    expect([...server.newest.query]).toEqual([
      ['tenant', 'a'],
      ['waitMs', '0'],
      ['resume', '1'],
    ])
  })

  test('asks once for all that is subscribed to in one go, and goes on where it stood', async () => {
    const { server, send, heard } = await following('stream')
    server.newest.tell({ type: 'message', channel: 'log:a', offset: 4, payload: 'four' })
    const before = server.requests.length
    await send(
      { type: 'subscribe', id: 2, channel: 'log:b' },
      { type: 'subscribe', id: 3, channel: 'log:c' },
    )
    expect(server.requests.length).toBe(before + 1)
    expect(server.newest.frames).toEqual([
      { type: 'subscribe', id: '1', channel: 'log:a', since: at(4) },
      { type: 'subscribe', id: 2, channel: 'log:b' },
      { type: 'subscribe', id: 3, channel: 'log:c' },
    ])
    server.newest.tell({ ...resumed, position: at(4) })
    expect(heard.at(-1)).toMatchObject({ payload: 'four' })
  })

  test('does not replace a request that owes answers', async () => {
    const { server, send } = await online('stream')
    await send({ type: 'subscribe', id: 1, channel: 'log:a' })
    const opening = server.newest
    await send({ type: 'subscribe', id: 2, channel: 'log:b' })
    expect(server.newest).toBe(opening)
    opening.tell({ type: 'ack', id: 1, channel: 'log:a', position: at(0) })
    expect(server.newest).not.toBe(opening)
    expect(server.newest.frames).toHaveLength(2)
  })

  test('hears nothing more of a request it has replaced, in the same piece of text', async () => {
    const { server, send, heard } = await online('stream')
    await send({ type: 'subscribe', id: 1, channel: 'log:a' })
    const opening = server.newest
    await send({ type: 'subscribe', id: 2, channel: 'log:b' })
    const ack = JSON.stringify({ type: 'ack', id: 1, channel: 'log:a', position: at(0) })
    const event = JSON.stringify({ type: 'message', channel: 'log:a', offset: 1, payload: 'twice' })
    opening.tellRaw(`data: ${ack}\n\ndata: ${event}\n\n`)
    server.newest.tell({ type: 'message', channel: 'log:a', offset: 1, payload: 'twice' })
    expect(heard.filter((frame) => 'payload' in frame)).toHaveLength(1)
  })

  test('takes no event of the subscription before for an answer to the one after', async () => {
    const { server, send, heard } = await following('stream')
    await send({ type: 'subscribe', id: 2, channel: 'log:slow' })
    const owing = server.newest
    owing.tell(hello, resumed)
    const again = { type: 'subscribe', id: 4, channel: 'log:a', since: at(3) }
    await send({ type: 'unsubscribe', id: 3, channel: 'log:a' }, again)
    owing.tell({ type: 'message', channel: 'log:a', offset: 4, payload: 'for nobody' })
    owing.tell({ type: 'ack', id: 2, channel: 'log:slow', position: at(0) })
    expect(server.newest.frames).toContainEqual(again)
    const answer = { ...resumed, id: 4, top: 4 }
    server.newest.tell(hello, answer)
    expect(heard.at(-1)).toEqual(answer)
    expect(heard.some((frame) => 'payload' in frame)).toBe(false)
  })

  test('asks no more for what was unsubscribed from', async () => {
    const { server, send, heard } = await following('stream')
    await send({ type: 'unsubscribe', id: 2, channel: 'log:a' })
    expect(heard.at(-1)).toMatchObject({ type: 'ack', id: 2, channel: 'log:a' })
    expect(server.newest.frames).toEqual([])
  })

  test('sends what is asked beside the stream, all of a turn in one request', async () => {
    const { server, send, heard } = await online('stream')
    const stream = server.newest
    const publish = { type: 'publish', channel: 'log:a', payload: 1 }
    await send(
      [
        { ...publish, id: 1 },
        { ...publish, id: 2 },
      ],
      { type: 'history', id: 3 },
    )
    const asked = server.newest
    expect([asked.isStream, stream.isGivenUp, asked.frames.length]).toEqual([false, false, 3])
    asked.tell(hello, { type: 'ack', id: 1 }, { type: 'error', id: 2 }, { type: 'ack', id: 3 })
    asked.end()
    expect(heard.slice(1)).toEqual([
      { type: 'ack', id: 1 },
      { type: 'error', id: 2 },
      { type: 'ack', id: 3 },
      { type: 'heartbeat', time: 0 },
    ])
  })

  test('lets nothing wait for a call', async () => {
    const { server, send } = await online('stream')
    await send({ type: 'publish', id: 1 }, { type: 'call', id: 2 }, { type: 'publish', id: 3 })
    expect(server.requests.slice(1).map(({ frames }) => frames)).toEqual([
      [{ type: 'call', id: 2 }],
      [
        { type: 'publish', id: 1 },
        { type: 'publish', id: 3 },
      ],
    ])
  })

  test('puts no more into a request than a server takes', async () => {
    const { server, send } = await online('stream')
    const payload = 'x'.repeat(9_000)
    await send(...[1, 2, 3].map((id) => ({ type: 'publish', id, payload })))
    const asked = server.requests.slice(1)
    expect(asked.map(({ frames }) => frames.length)).toEqual([1, 1, 1])
  })

  test('says with every request who it is, and tells what became of the token once', async () => {
    const { server, send, heard } = await online('stream')
    const auth = { type: 'auth', token: 'token 1' }
    await send(auth)
    expect(server.newest.frames).toEqual([auth])
    server.newest.tell(hello, { type: 'auth_ack', userId: 'ada' })
    await send({ type: 'subscribe', id: 1, channel: 'log:a' })
    expect(server.newest.frames).toMatchObject([auth, { type: 'subscribe' }])
    server.newest.tell(hello, { type: 'auth_ack', userId: 'ada' })
    await send({ type: 'publish', id: 2 })
    expect(server.newest.frames).toMatchObject([auth, { type: 'publish' }])
    expect(heard.filter((frame) => 'userId' in frame)).toHaveLength(1)
    server.requests.at(-2)?.tell({ type: 'ack', id: 1, channel: 'log:a', position: at(0) })
    await send({ type: 'auth', token: 'token 2' })
    expect(server.newest.frames).toMatchObject([{ token: 'token 2' }, { type: 'subscribe' }])
    server.newest.tell(hello, { type: 'auth_ack', userId: 'ada' })
    expect(heard.filter((frame) => 'userId' in frame)).toHaveLength(2)
  })

  test('passes on what the server says of itself', async () => {
    const { server, heard } = await online('stream')
    const drain = { type: 'drain', reconnectAfterMs: 1, closeAfterMs: 2 }
    server.newest.tell(drain, { type: 'heartbeat', time: 1 })
    expect(heard.slice(1)).toEqual([drain, { type: 'heartbeat', time: 1 }])
  })

  test('ends as the server says, on whichever request', async () => {
    const first = await online('stream')
    first.server.newest.tell({ type: 'close', code: 4005, reason: 'token expired' })
    await first.clock.advance(0)
    expect(first.closes).toEqual([[4005, 'token expired']])
    expect(first.server.newest.isGivenUp).toBe(true)
    const second = await online('stream')
    await second.send({ type: 'publish', id: 1 })
    second.server.newest.tell({ type: 'close', code: 4003, reason: 'no' })
    await second.clock.advance(0)
    expect(second.closes).toEqual([[4003, 'no']])
  })

  test.each([
    [401, 4001],
    [403, 4003],
    [429, 4012],
    [500, 1006],
    [404, 1006],
    [0, 1006],
    [200, 1006],
  ])('ends with what a status means: %i is %i', async (status, code) => {
    const { clock, server, closes } = await rig('stream')
    server.newest.end({ status })
    await clock.advance(0)
    expect(closes).toMatchObject([[code, expect.anything()]])
  })

  test('passes on how long a busy server wants to be left alone', async () => {
    const { clock, server, closes } = await rig('stream')
    server.newest.end({ status: 503, retryAfter: '7' })
    await clock.advance(0)
    expect(closes).toMatchObject([[1013, expect.stringContaining('retryAfterMs=7000')]])
  })

  test('looks for another node when it came to one that is leaving, and not for ever', async () => {
    const { clock, server, closes } = await following('stream')
    const stream = server.newest
    stream.end({ status: 503 })
    expect(server.newest).not.toBe(stream)
    expect(server.newest.frames).toMatchObject([{ since: at(3) }])
    server.newest.tell(hello)
    for (const _ of [1, 2, 3]) server.newest.end({ status: 503 })
    await clock.advance(0)
    expect(closes).toEqual([])
    server.newest.end({ status: 503 })
    await clock.advance(0)
    expect(closes).toMatchObject([[1013, expect.anything()]])
  })

  test('ends when a request comes back without all of its answers', async () => {
    const { clock, server, send, closes } = await online('stream')
    await send({ type: 'publish', id: 1 }, { type: 'publish', id: 2 })
    server.newest.tell({ type: 'ack', id: 1 })
    server.newest.end()
    await clock.advance(0)
    expect(closes).toMatchObject([[1006, expect.anything()]])
  })

  test('sends what was said before it is closed, and hears nothing after', async () => {
    const { clock, server, link, heard, closes } = await online('stream')
    link.send('{"type":"publish","id":1}')
    link.close(1000, 'bye')
    await clock.advance(0)
    expect(server.newest.frames).toEqual([{ type: 'publish', id: 1 }])
    server.newest.tell({ type: 'ack', id: 1 })
    server.newest.end({ status: 0 })
    link.close(1000, 'again')
    await clock.advance(0)
    expect([heard.length, closes]).toEqual([1, [[1000, 'bye']]])
    expect(server.requests[0]?.isGivenUp).toBe(true)
  })

  test('takes what is no frame for nothing', async () => {
    const { server, heard } = await online('stream')
    server.newest.tellRaw(': a comment\n\nevent: x\ndata: {"no":"type"}\n\ndata: {broken\n\n')
    expect(heard).toHaveLength(1)
  })
})

describe('a link over polls', () => {
  test('asks again as soon as a poll has come back, from where it stands', async () => {
    const { server, heard } = await following('poll')
    const poll = server.newest
    expect([poll.isStream, poll.query.get('waitMs')]).toEqual([false, '20000'])
    expect(poll.frames).toMatchObject([{ id: '1', since: at(3) }])
    poll.tell(hello, resumed, { type: 'message', channel: 'log:a', offset: 4, payload: 4 })
    poll.end()
    expect(server.newest.frames).toMatchObject([{ since: at(4) }])
    expect(heard.at(-2)).toMatchObject({ payload: 4 })
    expect(heard.at(-1)).toMatchObject({ type: 'heartbeat' })
  })

  test('does not wait while its client does', async () => {
    const { server, send } = await following('poll')
    const waiting = server.newest
    await send({ type: 'subscribe', id: 2, channel: 'log:b' })
    expect(waiting.isGivenUp).toBe(true)
    expect(server.newest.query.get('waitMs')).toBe('0')
    server.newest.tell(hello, resumed, { type: 'ack', id: 2, channel: 'log:b', position: at(0) })
    server.newest.end()
    expect(server.newest.query.get('waitMs')).toBe('20000')
  })

  test('goes to another node by itself when the server drains', async () => {
    const { server, heard } = await following('poll')
    const { length } = heard
    server.newest.tell(hello, resumed, { type: 'drain', reconnectAfterMs: 1, closeAfterMs: 2 })
    server.newest.end()
    expect(heard.slice(length)).toEqual([{ type: 'heartbeat', time: 0 }])
    expect(server.newest.frames).toMatchObject([{ since: at(3) }])
  })

  test('reads a last line without an end', async () => {
    const { server, heard } = await following('poll')
    server.newest.tellRaw('{"type":"message","channel":"log:a","offset":4,"payload":"last"}')
    server.newest.end()
    expect(heard.at(-2)).toMatchObject({ payload: 'last' })
  })

  test('is not at its end when the last line of a poll leads to the next', async () => {
    const { clock, server, send, closes } = await online('poll')
    await send({ type: 'subscribe', id: 1, channel: 'log:a' })
    const opening = server.newest
    await send({ type: 'subscribe', id: 2, channel: 'log:b' })
    opening.tellRaw('{"type":"ack","id":1,"channel":"log:a","position":null}')
    opening.endAnyway()
    expect(server.newest.frames).toHaveLength(2)
    await clock.advance(0)
    expect([closes, server.newest.isGivenUp]).toEqual([[], false])
  })

  test('ends when an urgent poll owes answers', async () => {
    const { clock, server, send, closes } = await online('poll')
    await send({ type: 'subscribe', id: 1, channel: 'log:a' })
    server.newest.tell(hello)
    server.newest.end()
    await clock.advance(0)
    expect(closes).toMatchObject([[1006, expect.anything()]])
  })

  test('ends when a subscription cannot go on for now', async () => {
    const { clock, server, closes } = await following('poll')
    server.newest.tell(hello, { type: 'error', id: '1', code: 'BROKER_UNAVAILABLE', message: '' })
    await clock.advance(0)
    expect(closes).toMatchObject([[1006, expect.anything()]])
  })
})
