import { describe, expect, test } from 'vitest'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import type { MemoryPeer } from '../../src/testing/memory-link.ts'
import { startEngine } from '../engine/start-engine.ts'
import { openByteSocket } from '../support/byte-socket.ts'
import { clientFrame, opcodes } from '../support/client-frame.ts'
import { expectServed } from '../support/healthy-client.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { VirtualHub, VirtualLink } from '../support/virtual-hub.ts'

// One token a second: what a test does at once is a burst, however slow the machine.
const slowly = { framesPerSecond: 1 }
const heartbeat = { type: 'heartbeat' } as const
const tooMuch = {
  type: 'error',
  code: 'RATE_LIMITED',
  message: expect.any(String),
  retryAfterMs: expect.any(Number),
}

function calls(count: number, first = 0): readonly { readonly id: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'call',
    id: first + index,
    method: 'm',
  }))
}

async function answersTo(client: RawClient, count: number): Promise<readonly ServerFrame[]> {
  const answers: ServerFrame[] = []
  while (answers.length < count) answers.push(await client.next())
  return answers
}

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

  test('P-060 the connections of a user have one rate, those of another user theirs', async () => {
    const limits = { ...slowly, frameBurst: 50, userFramesPerSecond: 10 }
    await using server = await startServer({ auth: namedUsers, limits })
    await using one = await signedIn(server.url, 'ada')
    await using two = await signedIn(server.url, 'ada')
    one.send(calls(15))
    expect(codesOf(await answersTo(one, 15))).toEqual({ UNKNOWN_METHOD: 15 })
    two.send(calls(40))
    // What 10 a second bring meanwhile is not much.
    expect(codesOf(await answersTo(two, 40))['RATE_LIMITED']).toBeGreaterThan(20)
    await using other = await signedIn(server.url, 'bob')
    other.send(calls(15))
    expect(codesOf(await answersTo(other, 15))).toEqual({ UNKNOWN_METHOD: 15 })
  })

  test('P-060 the connections of an address have one rate', async () => {
    await using server = await startServer({ limits: { ...slowly, addressFramesPerSecond: 10 } })
    await using one = await connectRaw(server.url)
    await using two = await connectRaw(server.url)
    one.send(calls(20))
    expect(codesOf(await answersTo(one, 20))).toEqual({ UNKNOWN_METHOD: 20 })
    two.send(calls(40))
    expect(codesOf(await answersTo(two, 40))['RATE_LIMITED']).toBeGreaterThan(20)
  })
})

/** The same on virtual time: to the millisecond. */
describe('sending too much, by the clock', () => {
  test('P-060 a frame that comes after retryAfterMs is handled, one that comes before is not', async () => {
    const { connect, clock } = startEngine()
    const peer = connect()
    peer.take()
    for (let sent = 0; sent < 200; sent += 1) peer.send(heartbeat)
    expect(peer.take()).toHaveLength(200)
    peer.send(heartbeat)
    expect(peer.take()).toEqual([{ ...tooMuch, retryAfterMs: 10 }])
    // The link rests, and what is sent meanwhile waits in the network.
    await clock.advance(100)
    for (let sent = 0; sent < 10; sent += 1) peer.send(heartbeat)
    expect(peer.take()).toHaveLength(10)
    await clock.advance(9)
    peer.send(heartbeat)
    expect(peer.take()).toEqual([{ ...tooMuch, retryAfterMs: 1 }])
  })

  test('P-060 the link rests for 100 ms after a refusal, and not for longer', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 1 } })
    const peer = connect()
    for (let sent = 0; sent < 3; sent += 1) peer.send(heartbeat)
    expect(peer.isPaused).toBe(true)
    await clock.advance(99)
    expect(peer.isPaused).toBe(true)
    await clock.advance(1)
    expect(peer.isPaused).toBe(false)
  })

  test('P-060 a connection that ends while its link rests leaves no timer behind', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 1 } })
    const peer = connect()
    for (let sent = 0; sent < 3; sent += 1) peer.send(heartbeat)
    peer.close()
    await clock.advance(100)
    expect(clock.pendingTimers).toBe(0)
  })

  test('P-060 over the rate for 10 s without a pause: 4008', async () => {
    const { connect, clock, hub } = startEngine({ limits: { frameBurst: 1, framesPerSecond: 1 } })
    const peer = connect()
    const other = connect()
    peer.send([heartbeat, heartbeat])
    for (let elapsedMs = 0; elapsedMs < 10_000; elapsedMs += 500) {
      expect(peer.closed).toBeNull()
      await clock.advance(500)
      peer.send([heartbeat, heartbeat])
    }
    await clock.advance(0)
    expect(peer.closed).toMatchObject({ code: 4008 })
    expect(hub.counters.closed.rateLimited).toBe(1)
    expect(other.closed).toBeNull()
    expect(hub.connectionCount).toBe(1)
  })

  test('P-060 a second without a refusal is a pause', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 1, framesPerSecond: 1 } })
    const peer = connect()
    for (let round = 0; round < 60; round += 1) {
      peer.send([heartbeat, heartbeat])
      await clock.advance(1_000)
    }
    expect(peer.closed).toBeNull()
  })

  test('P-060 a refusal never takes the id of a request that is still open', async () => {
    const { connect } = startEngine({
      limits: { frameBurst: 1 },
      methods: { wait: { access: 'anyone', handle: () => new Promise(() => undefined) } },
    })
    const peer = connect()
    peer.take()
    peer.send({ type: 'call', id: 1, method: 'wait' })
    peer.send({ type: 'call', id: 1, method: 'wait' })
    expect(peer.take()).toEqual([tooMuch])
  })

  test('P-060 a token is renewed by a client that sends too much, though not as often as it likes', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 2 } })
    const peer = connect()
    await ask(peer, { type: 'auth', token: 'ada' })
    expect(await ask(peer, [heartbeat, heartbeat])).toMatchObject([{}, { code: 'RATE_LIMITED' }])
    await clock.advance(101)
    peer.send([heartbeat, heartbeat, heartbeat])
    const renew = (id: number) => ({ type: 'auth', id, token: 'ada' }) as const
    await clock.advance(100)
    peer.take()
    peer.send([heartbeat, heartbeat, heartbeat, renew(1), renew(2)])
    await clock.advance(0)
    expect(peer.take()).toContainEqual({ type: 'auth_ack', id: 1, userId: 'ada' })
    expect(peer.frames).toContainEqual({ ...tooMuch, id: 2 })

    function ask(to: MemoryPeer, frames: Parameters<MemoryPeer['send']>[0]) {
      to.take()
      to.send(frames)
      return clock.advance(0).then(() => to.take())
    }
  })

  test('P-060 what is sent behind the goodbye of the server is read slowly', async () => {
    const virtual = new VirtualHub({ auth: { mode: 'required' } })
    const link = new LingeringLink(virtual.clock)
    link.open(virtual.hub)
    await link.say(heartbeat)
    expect(virtual.hub.counters.closed.authRequired).toBe(1)
    for (let round = 0; round < 3; round += 1) {
      await link.say(heartbeat)
      await link.say(heartbeat)
      expect(link.pauses).toBe(1)
      expect(virtual.clock.pendingTimers).toBe(1)
      await virtual.clock.advance(100)
      expect(link.pauses).toBe(0)
    }
    expect(link.frames()).toEqual([])
  })

  test('P-060 what a connection shares is gone with it', async () => {
    const { connect, clock, hub } = startEngine()
    const peers = [connect(), connect(), connect()]
    for (const peer of peers) peer.send({ type: 'auth', token: 'ada' })
    await clock.advance(0)
    expect([hub.rates.users.size, hub.rates.addresses.size]).toEqual([1, 1])
    for (const peer of peers) peer.close()
    await clock.advance(0)
    expect([hub.rates.users.size, hub.rates.addresses.size]).toEqual([0, 0])
  })
})

/** A link whose peer does not answer the goodbye. */
class LingeringLink extends VirtualLink {
  pauses = 0

  override close(): void {
    // The peer sends on.
  }

  override pause(): void {
    this.pauses += 1
  }

  override resume(): void {
    this.pauses -= 1
  }
}

async function signedIn(url: string, name: string): Promise<RawClient> {
  const client = await connectRaw(url)
  await client.ask({ type: 'auth', token: `token of ${name}` })
  return client
}

/** How many errors of each code. */
function codesOf(answers: readonly ServerFrame[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const code = answer.type === 'error' ? answer.code : answer.type
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}

function idOf(frame: ServerFrame): unknown {
  return 'id' in frame ? frame.id : undefined
}
