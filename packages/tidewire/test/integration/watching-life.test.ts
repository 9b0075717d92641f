import { expect, test } from 'vitest'
import { openByteSocket } from '../support/byte-socket.ts'
import { clientFrame, opcodes } from '../support/client-frame.ts'
import { expectServed } from '../support/healthy-client.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'

// Every wait in here is for something the server does by itself, as often as
// its coarse timers allow.
const limits = { heartbeatMs: 50 }

test('P-027 a peer that shows no life at all is cut, one that answers pings stays', async () => {
  await using server = await startServer({ limits })
  await using alive = await connectRaw(server.url)
  await using halfOpen = await openByteSocket(server.port)
  await halfOpen.handshake()
  await halfOpen.ended()
  await alive.expectSilence()
  expect(server.tide.connectionCount).toBe(1)
})

test.each([
  ['a pong', clientFrame('', { opcode: opcodes.pong })],
  ['a ping', clientFrame('', { opcode: opcodes.ping })],
  ['a heartbeat', clientFrame('{"type":"heartbeat"}')],
  ['a frame that is wrong', clientFrame('{}')],
])('P-027 any frame counts as life: %s', async (_, sign) => {
  await using server = await startServer({ limits })
  await using socket = await openByteSocket(server.port)
  await socket.handshake()
  let pings = 0
  while (pings < 4) {
    const { opcode } = await socket.nextFrame()
    if (opcode !== opcodes.ping) continue
    pings += 1
    socket.write(sign)
  }
  expect(server.tide.connectionCount).toBe(1)
})

test('a peer that never answers the goodbye is cut all the same', async () => {
  await using server = await startServer()
  await using socket = await openByteSocket(server.port)
  await socket.handshake()
  socket.write(clientFrame('not JSON'))
  expect(await socket.closeCode()).toBe(1003)
  await socket.ended()
  await expectServed(server.url)
})
