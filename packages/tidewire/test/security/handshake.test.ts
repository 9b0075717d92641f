import { describe, expect, test } from 'vitest'
import { type ByteSocket, exchange, upgradeRequest } from '../support/byte-socket.ts'
import { clientFrame, opcodes } from '../support/client-frame.ts'
import { besiege, withoutRates } from './harness/besiege.ts'
import { heldBytes, mebibyte, runningTimers } from './harness/memory.ts'

const http11 = (line: string) => upgradeRequest({ line })
const withHeaders = (headers: Readonly<Record<string, string | null>>) =>
  upgradeRequest({ headers })

describe('handshakes that are none', () => {
  const siege = besiege()

  test.each([
    ['without Sec-WebSocket-Key', withHeaders({ 'Sec-WebSocket-Key': null })],
    ['with a key of 3 bytes', withHeaders({ 'Sec-WebSocket-Key': 'AAAA' })],
    ['with a key that is not base64', withHeaders({ 'Sec-WebSocket-Key': '%'.repeat(24) })],
    ['by POST', http11('POST /ws HTTP/1.1')],
    ['by an unknown method', http11('BREW /ws HTTP/1.1')],
    ['in HTTP/1.0', http11('GET /ws HTTP/1.0')],
    ['to another protocol', withHeaders({ Upgrade: 'h2c' })],
    ['with a header no HTTP has', withHeaders({ 'bad header': 'x' })],
  ])('row 1: an upgrade %s gets 400 and the socket is closed', async (_, request) => {
    expect(await exchange(siege.server.port, request)).toMatchObject({ status: 400 })
  })

  test.each(['12', '14', '013', '', 'x'])(
    'row 1: version %j gets 426, with the one that is spoken',
    async (version) => {
      const request = withHeaders({ 'Sec-WebSocket-Version': version })
      const answer = await exchange(siege.server.port, request)
      expect(answer.status).toBe(426)
      expect(answer.headers.get('sec-websocket-version')).toBe('13')
    },
  )

  test.each([
    '/nowhere',
    '//ws',
    '/ws/',
    '/WS',
    '//host/ws',
    '/%zz',
    '/..//ws',
    'http://host:99999/ws',
    '*',
  ])("row 2: an upgrade to %s is left to the application's own 404", async (target) => {
    const answer = await exchange(siege.server.port, http11(`GET ${target} HTTP/1.1`))
    expect(answer).toMatchObject({ status: 404, body: 'not here' })
  })

  test('row 4: 64 KiB of headers get 431', async () => {
    const request = withHeaders({ Cookie: 'c'.repeat(64 * 1_024) })
    expect(await exchange(siege.server.port, request)).toMatchObject({ status: 431 })
  })

  test('row 4: a header line that never ends is cut off when 16 KiB of it have come', async () => {
    await using socket = await siege.dial()
    const before = heldBytes()
    socket.write(`${upgradeRequest().trimEnd()}\r\nX-Endless: `)
    // Written until the server has had enough: how much the network takes meanwhile is not its doing.
    for (let kibibytes = 0; kibibytes < 1_024; kibibytes += 1) socket.write('x'.repeat(1_024))
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 431 /)
    await socket.ended()
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
  })

  test('row 1: a handshake may bring frames; one that is refused has none of them carried out', async () => {
    const publish = clientFrame('{"type":"publish","channel":"room:a","payload":1}')
    await using reader = await siege.connect()
    await reader.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    await using socket = await siege.dial()
    const refused = withHeaders({ 'Sec-WebSocket-Version': '8' })
    socket.write(Buffer.concat([Buffer.from(refused), publish]))
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 426 /)
    await socket.ended()
    await reader.expectSilence()
  })
})

describe('peers that take their time', () => {
  // Node looks after connections that have not finished their request, on one
  // timer for all of them.
  const siege = besiege({
    httpOptions: { headersTimeout: 400, requestTimeout: 400, connectionsCheckingInterval: 50 },
    limits: withoutRates,
  })

  test('row 4: a header line that never ends, sent slowly, is closed by headersTimeout', async () => {
    await using socket = await siege.dial()
    socket.write('GET /ws HTTP/1.1\r\nX-Slow: ')
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 408 /)
    await socket.ended()
  })

  test('row 5: who connects and says nothing is closed', async () => {
    await using socket = await siege.dial()
    await socket.ended()
  })

  test('row 5: an upgrade that comes byte by byte and never ends is closed', async () => {
    await using socket = await siege.dial()
    for (const byte of `${upgradeRequest().trimEnd()}\r\nX-Slow: ${'x'.repeat(10_000)}`) {
      if (socket.isGone) break
      socket.write(byte)
      // A byte for each answer that somebody else gets.
      await siege.witness.expectSilence()
    }
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('peers that do not say who they are', () => {
  const siege = besiege({
    auth: { mode: 'required', verify: (token) => ({ userId: token }) },
    limits: { authTimeoutMs: 1_000 },
    witnessToken: 'witness',
  })

  test('row 5: who upgrades and says nothing is closed with 4004', async () => {
    await using socket = await siege.open()
    expect(await socket.closeCode()).toBe(4004)
  })

  test('row 5: half a frame is not a token: closed with 4004', async () => {
    await using socket = await siege.open()
    socket.write(clientFrame('{"type":"auth","token":"x"}').subarray(0, 9))
    expect(await socket.closeCode()).toBe(4004)
  })

  test('row 5: pings do not make the wait longer', async () => {
    await using socket = await siege.open()
    const pingFrame = clientFrame('', { opcode: opcodes.ping })
    socket.write(pingFrame)
    let answer = await socket.nextFrame()
    for (; answer.opcode === opcodes.pong; answer = await socket.nextFrame()) {
      socket.write(pingFrame)
    }
    expect(answer).toMatchObject({ opcode: opcodes.close })
    expect(answer.payload.readUInt16BE()).toBe(4004)
  })
})

describe('many that wait', () => {
  const siege = besiege({
    auth: { mode: 'required', verify: (token) => ({ userId: token }) },
    witnessToken: 'witness',
  })

  test('row 4: a hundred that wait cost no timer each', async () => {
    await using first = await siege.open()
    const timers = runningTimers()
    const waiting: ByteSocket[] = []
    for (let count = 0; count < 50; count += 1) {
      const slow = await siege.dial()
      slow.write('GET /ws HTTP/1.1\r\nX-Slow: ')
      waiting.push(slow, await siege.open())
    }
    expect(siege.server.tide.connectionCount).toBe(52)
    expect(runningTimers()).toBeLessThanOrEqual(timers + 2)
    for (const socket of waiting) await socket[Symbol.asyncDispose]()
    first.reset()
  })
})
