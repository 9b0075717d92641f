import { describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { randomId } from '../../src/node/system.ts'
import { exchange, upgradeRequest } from '../support/byte-socket.ts'
import { clientFrame, opcodes } from '../support/client-frame.ts'
import { connectRaw } from '../support/raw-client.ts'
import { besiege } from './harness/besiege.ts'
import { HandMovedClock } from './harness/hand-moved-clock.ts'
import { startHub } from './harness/start-hub.ts'

describe('more frames than anybody may send', () => {
  // However long the sockets take, they earn next to nothing meanwhile.
  const siege = besiege({ limits: { framesPerSecond: 1 } })

  test('row 17: of 10,000 frames at once each has one answer, most of them RATE_LIMITED', async () => {
    await using client = await siege.connect()
    const count = 10_000
    for (let id = 1; id <= count; id += 1) client.send({ type: 'call', id, method: 'm' })
    const answered = new Set<unknown>()
    let refused = 0
    while (answered.size < count) {
      const answer = await client.next('error')
      answered.add(answer.id)
      if (answer.code !== 'RATE_LIMITED') continue
      refused += 1
      expect(answer.retryAfterMs).toBeGreaterThan(0)
      if (refused % 1_000 === 0) await siege.witness.expectSilence()
    }
    expect(refused).toBeGreaterThan(count / 2)
  })

  test('row 17: the frames of an array count one by one', async () => {
    await using client = await siege.connect()
    for (let first = 0; first < 320; first += 64) {
      client.send(
        Array.from({ length: 64 }, (_, index) => ({
          type: 'call',
          id: first + index,
          method: 'm',
        })),
      )
    }
    const codes: string[] = []
    while (codes.length < 320) codes.push((await client.next('error')).code)
    expect(codes.slice(0, 200)).not.toContain('RATE_LIMITED')
    expect(codes).toContain('RATE_LIMITED')
  })

  test('row 17: frames that are none count as well', async () => {
    await using client = await siege.connect()
    for (let count = 0; count < 1_000; count += 1) client.send('')
    client.send({ type: 'call', id: 'behind', method: 'm' })
    let answer = await client.next('error')
    while (answer.id !== 'behind') answer = await client.next('error')
    expect(answer).toMatchObject({ code: 'RATE_LIMITED' })
  })

  test('row 17: so do bytes', async () => {
    await using client = await siege.connect()
    const publish = { type: 'publish', channel: 'room:a', payload: 'x'.repeat(60_000) }
    for (let id = 1; id <= 20; id += 1) client.send({ ...publish, id })
    const types: string[] = []
    while (types.length < 20) types.push((await client.next()).type)
    expect(types[0]).toBe('ack')
    expect(types).toContain('error')
  })

  test.each([
    ['ping', opcodes.ping],
    ['pong', opcodes.pong],
  ])('row 18: a flood of %ss is counted by the rate limit', async (_, opcode) => {
    await using socket = await siege.open()
    const before = siege.server.tide.counters.limitsHit.framesPerSecond
    const flood = Array.from({ length: 5_000 }, () => clientFrame('flood', { opcode }))
    const call = clientFrame('{"type":"call","id":"behind","method":"m"}')
    socket.write(Buffer.concat([...flood, call]))
    let pongs = 0
    let answer = await socket.nextFrame()
    for (; answer.opcode === opcodes.pong; answer = await socket.nextFrame()) pongs += 1
    expect(String(answer.payload)).toContain('"RATE_LIMITED"')
    expect(pongs).toBeLessThan(2_500)
    expect(siege.server.tide.counters.limitsHit.framesPerSecond - before).toBeGreaterThan(2_500)
  })

  test('row 18: a flood of pings whose sender reads nothing takes no memory', async () => {
    await using client = await siege.open()
    const flood = Buffer.concat(
      Array.from({ length: 5_000 }, () => clientFrame('p'.repeat(125), { opcode: opcodes.ping })),
    )
    for (let round = 0; round < 10; round += 1) {
      client.write(flood)
      await siege.witness.expectSilence()
    }
  })
})

test('row 17: 10 s over the rate without a pause close with 4008, and others are not affected', async () => {
  const clock = new HandMovedClock()
  await using server = await startHub(new MemoryBroker({ clock, makeId: randomId }), clock)
  await using other = await connectRaw(server.url)
  await using flooding = await connectRaw(server.url)
  const calls = (round: number) =>
    Array.from({ length: 300 }, (_, index) => ({
      type: 'call',
      id: `${round}-${index}`,
      method: 'm',
    }))
  for (let second = 0; second < 10; second += 0.9) {
    for (const call of calls(second)) flooding.send(call)
    let answer = await flooding.next('error')
    while (answer.id !== `${second}-299`) answer = await flooding.next('error')
    expect(answer).toMatchObject({ code: 'RATE_LIMITED' })
    await other.expectSilence()
    clock.advance(900)
  }
  for (const call of calls(10)) flooding.send(call)
  expect(await flooding.closed()).toMatchObject({ code: 4008 })
  await other.expectSilence()
})

describe('more connections than one address may have', () => {
  const siege = besiege({
    auth: { verify: () => null },
    limits: { maxConnectionsPerAddress: 20 },
    trustProxy: ['loopback'],
  })
  const upgradeFrom = (address: string) =>
    upgradeRequest({ headers: { 'X-Forwarded-For': address } })

  test('row 27: of 1,000 connections those over the limit get 429, and another address gets in', async () => {
    const { port } = siege.server
    const open = await Promise.all(
      Array.from({ length: 20 }, () => siege.open({ 'X-Forwarded-For': '192.0.2.1' })),
    )
    for (let count = 20; count < 1_000; count += 1) {
      const answer = await exchange(port, upgradeFrom('192.0.2.1'))
      expect(answer.status).toBe(429)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    await using other = await siege.open({ 'X-Forwarded-For': '192.0.2.2' })
    expect(siege.server.tide.connectionCount).toBe(22)
    other.reset()
    for (const socket of open) await socket[Symbol.asyncDispose]()
  })

  test('row 27: whoever leaves gives the place back, however far they came', async () => {
    const address = { 'X-Forwarded-For': '192.0.2.3' }
    for (let count = 0; count < 60; count += 1) {
      const headers = { 'Sec-WebSocket-Version': '8', ...address }
      expect(await siege.statusOf({ headers })).toBe(426)
      expect(await siege.statusOf({ headers: { Authorization: 'Bearer wrong', ...address } })).toBe(
        403,
      )
      await using reset = await siege.dial()
      reset.write(upgradeFrom('192.0.2.3'))
      reset.reset()
      await using closed = await siege.open(address)
      closed.write(clientFrame('', { opcode: opcodes.close }))
      await closed.ended()
    }
  })
})

describe('an address somebody only says he has', () => {
  const siege = besiege({ limits: { maxConnectionsPerAddress: 3 } })

  test('row 27: X-Forwarded-For of a stranger gets nobody past the limit', async () => {
    await using first = await siege.open()
    await using second = await siege.open()
    for (let count = 0; count < 20; count += 1) {
      const headers = { 'X-Forwarded-For': `192.0.2.${count}`, Forwarded: `for=192.0.2.${count}` }
      const answer = await exchange(siege.server.port, upgradeRequest({ headers }))
      expect(answer.status).toBe(429)
    }
    first.reset()
    second.reset()
  })
})
