import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { admitAnybody } from '../../../test/support/admit-anybody.ts'
import { openByteSocket } from '../../../test/support/byte-socket.ts'
import { clientFrame, opcodes } from '../../../test/support/client-frame.ts'
import { listen, stop } from '../../../test/support/start-server.ts'
import type { Link } from '../../core/ports/link.ts'
import { silentLogger } from '../../core/ports/logger.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { WebSocketTransport } from '../websocket.ts'

/** 3 KB with a name: two of them are more than a turn hands on. */
const message = (name: string) => clientFrame(name.padEnd(3_072))

it('hands on what was read before a pause turn by turn, and reads nothing meanwhile', async () => {
  await using opened = await openPausing()
  opened.client.write(Buffer.concat(['a', 'b', 'c', 'd'].map(message)))
  await expect.poll(() => opened.told).toEqual(['a'])
  await opened.clock.advance(0)
  expect(opened.told).toEqual(['a', 'b', 'c', 'd'])
  expect(opened.socket.isPaused()).toBe(true)
})

it('reads on only when all that was read before has been handed on', async () => {
  await using opened = await openPausing()
  opened.client.write(Buffer.concat(['a', 'b', 'c'].map(message)))
  await expect.poll(() => opened.told).toEqual(['a'])
  opened.client.write(message('d'))
  opened.link.resume()
  expect(opened.socket.isPaused()).toBe(true)
  await opened.clock.advance(0)
  expect(opened.socket.isPaused()).toBe(false)
  await expect.poll(() => opened.told).toEqual(['a', 'b', 'c', 'd'])
})

it('keeps the order when it is resumed amid what one read has brought', async () => {
  await using opened = await openPausing()
  const ping = clientFrame('', { opcode: opcodes.ping })
  opened.client.write(Buffer.concat([message('a'), message('b'), ping, message('c')]))
  await expect.poll(() => opened.told).toEqual(['a', 'control'])
  await opened.clock.advance(0)
  expect(opened.told).toEqual(['a', 'control', 'b', 'c'])
})

it('hands on what is left before it tells its end', async () => {
  await using opened = await openPausing()
  opened.client.write(Buffer.concat(['a', 'b', 'c', 'd'].map(message)))
  await expect.poll(() => opened.told).toEqual(['a'])
  opened.link.terminate()
  await expect.poll(() => opened.told).toEqual(['a', 'b', 'c', 'd', 'end'])
})

/** A link whose handler pauses it at the first message and resumes it at a ping; its clock stands still. */
async function openPausing() {
  const clock = new VirtualClock()
  const told: string[] = []
  const links: Link[] = []
  const transport = new WebSocketTransport({
    accept: (link) => {
      links.push(link)
      return {
        onData: (data) => {
          if (told.push(String(data).trim()) === 1) link.pause()
        },
        onControl: () => {
          told.push('control')
          link.resume()
          return false
        },
        onDrain: () => undefined,
        onViolation: () => undefined,
        onClose: () => told.push('end'),
      }
    },
    codecs: [jsonCodec],
    clock,
    wheel: clock,
    heartbeatMs: 1_000_000,
    maxPayloadBytes: 10_000,
    compressAboveBytes: null,
    logger: silentLogger,
  })
  const server = createServer()
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  server.on('upgrade', (request, socket, head) => {
    transport.upgrade({ request, socket, head }, admitAnybody)
  })
  const client = await openByteSocket(await listen(server))
  await client.handshake()
  const [link] = links
  const [socket] = sockets
  if (link === undefined || socket === undefined) throw new Error('no link was made')
  return {
    clock,
    told,
    link,
    socket,
    client,
    async [Symbol.asyncDispose]() {
      client.reset()
      link.terminate()
      if (!socket.closed) await once(socket, 'close')
      await stop(server)
    },
  }
}
