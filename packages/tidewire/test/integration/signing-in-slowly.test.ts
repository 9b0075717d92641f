import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { AuthStrategy } from '../../src/node/auth/auth-strategy.ts'
import { openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { clientFrame } from '../support/client-frame.ts'
import { type Gate, openGate } from '../support/gate.ts'
import { expectServed } from '../support/healthy-client.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'

/** A strategy that asks somewhere else: it answers when the gate opens, and says that it was asked. */
function slow(gate: Gate): { readonly strategy: AuthStrategy; readonly asked: Promise<void> } {
  const asking = openGate()
  const strategy: AuthStrategy = {
    name: 'slow',
    async verifyRequest(request) {
      if (request.headers.authorization === undefined) return { kind: 'absent' }
      asking.open()
      await gate.opened
      return { kind: 'accepted', identity: { userId: 'ada' } }
    },
  }
  return { strategy, asked: asking.opened }
}

const credential = { headers: { Authorization: 'Custom ada' } }

describe('while a handshake is looked at', () => {
  test('frames that come with it wait and are not lost', async () => {
    const gate = openGate()
    const { asked, strategy } = slow(gate)
    await using server = await startServer({ auth: { strategies: [strategy] } })
    await using socket = await openByteSocket(server.port)
    const early = clientFrame('{"type":"call","id":1,"method":"none"}')
    socket.write(Buffer.concat([Buffer.from(upgradeRequest(credential)), early]))
    await asked
    socket.write(clientFrame('{"type":"call","id":2,"method":"none"}'))
    gate.open()
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 101 /)
    const frames = [await socket.nextFrame(), await socket.nextFrame(), await socket.nextFrame()]
    expect(frames.map(({ payload }) => JSON.parse(String(payload)))).toMatchObject([
      { type: 'connected', userId: 'ada' },
      { type: 'error', id: 1, code: 'UNKNOWN_METHOD' },
      { type: 'error', id: 2, code: 'UNKNOWN_METHOD' },
    ])
  })

  test.each([
    ['with a reset', true],
    ['with a goodbye of TCP', false],
  ])('a client that leaves %s leaves nothing behind', async (_, isReset) => {
    const gate = openGate()
    const { asked, strategy } = slow(gate)
    await using server = await startServer({ auth: { strategies: [strategy] } })
    const connected = once(server.http, 'connection')
    const socket = await openByteSocket(server.port)
    // What a server's `connection` event hands on.
    const [peer] = (await connected) as [Socket]
    socket.write(upgradeRequest(credential))
    await asked
    const gone = new Promise((resolve) => peer.once('close', resolve))
    if (isReset) socket.reset()
    else await socket[Symbol.asyncDispose]()
    if (isReset) await gone
    gate.open()
    await gone
    expect(server.tide.connectionCount).toBe(0)
    await expectServed(server.url)
  })

  test('a server that is closed answers 503 at once and takes nobody later', async () => {
    const gate = openGate()
    const { asked, strategy } = slow(gate)
    await using server = await startServer({ auth: { strategies: [strategy] } })
    await using socket = await openByteSocket(server.port)
    socket.write(upgradeRequest(credential))
    await asked
    await server.tide.close()
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 503 /)
    gate.open()
    expect(JSON.parse(await socket.rest())).toMatchObject({ code: 'DRAINING' })
    expect(server.tide.connectionCount).toBe(0)
  })

  test('others are served', async () => {
    const { asked, strategy } = slow(openGate())
    await using server = await startServer({ auth: { strategies: [strategy] } })
    await using socket = await openByteSocket(server.port)
    socket.write(upgradeRequest(credential))
    await asked
    await expectServed(server.url)
  })
})

describe('tide.disconnect', () => {
  const auth = {
    verify: (token: string) => {
      const [userId = '', sessionId] = token.split('.')
      return { userId, sessionId }
    },
  }
  const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

  test.each<[string, { userId: string } | { sessionId: string }, readonly boolean[]]>([
    ['a user', { userId: 'ada' }, [true, true, false]],
    ['a session', { sessionId: 'one' }, [true, false, true]],
    ['nobody', { userId: 'eve' }, [false, false, false]],
  ])('ends the connections of %s with 4006 and says how many', async (_, target, ends) => {
    await using server = await startServer({ auth })
    await using first = await connectRaw(server.url, as('ada.one'))
    await using second = await connectRaw(server.url, as('ada.two'))
    await using third = await connectRaw(server.url, as('grace.one'))
    await using anonymous = await connectRaw(server.url)
    expect(server.tide.disconnect(target)).toBe(ends.filter((it) => it).length)
    for (const [index, client] of [first, second, third].entries()) {
      if (ends[index] === true) expect(await client.closed()).toMatchObject({ code: 4006 })
      else await client.expectSilence()
    }
    await anonymous.expectSilence()
  })

  test('ends one connection with 4006, by its id', async () => {
    await using server = await startServer({ auth })
    await using first = await connectRaw(server.url, as('ada.one'))
    await using second = await connectRaw(server.url)
    const { connectionId } = second.hello
    expect(server.tide.disconnect({ connectionId })).toBe(1)
    expect(await second.closed()).toMatchObject({ code: 4006 })
    expect(server.tide.disconnect({ connectionId })).toBe(0)
    await first.expectSilence()
  })
})
