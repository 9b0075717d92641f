/**
 * Real sockets in, events on the bus out, for every framing and family.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bus, createBus } from '../src/server/bus.ts'
import { LineCounter } from '../src/server/counts.ts'
import type { EnrichedEvent } from '../src/server/enrich/enriched-event.ts'
import { Inbox } from '../src/server/inbox.ts'
import type { LineSink } from '../src/server/ingest/line-sink.ts'
import type { Receiver } from '../src/server/ingest/receiver.ts'
import { listenTcp } from '../src/server/ingest/tcp-receiver.ts'
import { listenUdp } from '../src/server/ingest/udp-receiver.ts'
import { Pipeline } from '../src/server/pipeline.ts'

const now = Date.now
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((network) => network?.address === '::1')
if (!hasIpv6) console.log('left out: syslog over IPv6: this machine has no ::1')

/** An sshd line whose attacker is 1.2.3.`last`. */
function attackLine(last: number): string {
  return `<38>Dec 10 06:55:48 lab sshd[1]: Failed password for a from 1.2.3.${last} port 5 ssh2`
}

function counted(line: string): string {
  return `${Buffer.byteLength(line)} ${line}`
}

let bus: Bus
let counter: LineCounter
let sink: LineSink
let events: EnrichedEvent[]
let receivers: Receiver[]

beforeEach(() => {
  bus = createBus()
  counter = new LineCounter()
  events = []
  receivers = []
  bus.on('enriched', (event) => events.push(event))
  sink = new Pipeline({ bus, counter, inbox: new Inbox(), locate: () => null })
})
afterEach(async () => {
  for (const receiver of receivers) await receiver.close()
})

function attackers(): readonly (string | null)[] {
  return events.map(({ event }) => event.attacker.address)
}

async function openUdp(host: string): Promise<Receiver> {
  const receiver = await listenUdp(sink, { host, port: 0, now })
  receivers.push(receiver)
  return receiver
}

async function openTcp(limits = {}): Promise<Receiver> {
  const receiver = await listenTcp(sink, { host: '127.0.0.1', port: 0, now, ...limits })
  receivers.push(receiver)
  return receiver
}

/** Sends datagrams and resolves with the first event that comes of them. */
async function sendUdp(receiver: Receiver, payloads: readonly (string | Buffer)[]): Promise<void> {
  const socket = createSocket(receiver.address.includes(':') ? 'udp6' : 'udp4')
  const event = once(bus, 'enriched')
  for (const payload of payloads) socket.send(payload, receiver.port, receiver.address)
  await event
  socket.close()
}

async function dial({ port, address }: Receiver): Promise<Socket> {
  const socket = connect(port, address)
  await once(socket, 'connect')
  // A reset by the receiver is what some tests are about.
  socket.on('error', () => {})
  return socket
}

/** Sends one stream over TCP, ends it, and waits until the receiver has let go. */
async function sendTcp(receiver: Receiver, stream: string | Buffer): Promise<void> {
  const socket = await dial(receiver)
  socket.resume()
  const closed = once(socket, 'close')
  socket.end(stream)
  await closed
}

describe('syslog over UDP', () => {
  it.each(['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])])(
    'makes an event of a datagram to %s',
    async (host) => {
      await sendUdp(await openUdp(host), [attackLine(4)])
      expect(attackers()).toEqual(['1.2.3.4'])
      expect(counter.ofKind('udp')).toMatchObject({ received: 1, parsed: 1 })
    },
  )

  // Not skipped but left out where there is none: no machine can install it.
  if (hasIpv6) {
    it('takes IPv4 and IPv6 on ::', async () => {
      const { port, address } = await openUdp('::')
      expect(address).toBe('::')
      await sendUdp({ port, address: '::1', close: async () => {} }, [attackLine(4)])
      await sendUdp({ port, address: '127.0.0.1', close: async () => {} }, [attackLine(5)])
      expect(attackers()).toEqual(['1.2.3.4', '1.2.3.5'])
    })
  }

  it.each([
    ['CRLF', Buffer.from(`${attackLine(4)}\r\n`)],
    ['NUL', Buffer.from(`${attackLine(4)}\0`)],
    ['a byte order mark', Buffer.from(`\ufeff${attackLine(4)}`)],
    ['bad UTF-8', Buffer.from(attackLine(4).replace(' a ', ' \xff\xc3( '), 'latin1')],
  ])('reads a datagram with %s', async (_what, payload) => {
    await sendUdp(await openUdp('127.0.0.1'), [payload])
    expect(attackers()).toEqual(['1.2.3.4'])
  })

  it('reads a line of 8,192 bytes and drops a longer one', async () => {
    const head = '<38>Dec 10 06:55:48 lab sshd[1]: Failed password for '
    const tail = ' from 1.2.3.4 port 5 ssh2'
    const fill = 'x'.repeat(8192 - head.length - tail.length)
    await sendUdp(await openUdp('127.0.0.1'), [`${head}x${fill}${tail}`, `${head}${fill}${tail}`])
    expect(counter.ofKind('udp')).toMatchObject({ received: 2, parsed: 1, dropped: 1 })
  })
})

describe('syslog over TCP', () => {
  it.each([
    ['LF', `${attackLine(4)}\n${attackLine(5)}\n`],
    ['CRLF', `${attackLine(4)}\r\n${attackLine(5)}\r\n`],
    ['NUL', `${attackLine(4)}\0${attackLine(5)}\0`],
    ['octet counts', `${counted(attackLine(4))}${counted(attackLine(5))}`],
    ['octet counts and LF', `${counted(attackLine(4))}\n${counted(attackLine(5))}\n`],
    ['no terminator at the end', `${attackLine(4)}\n${attackLine(5)}`],
  ])('finds frames by %s', async (_framing, stream) => {
    await sendTcp(await openTcp(), stream)
    expect(attackers()).toEqual(['1.2.3.4', '1.2.3.5'])
    expect(counter.ofKind('tcp')).toMatchObject({ received: 2, parsed: 2 })
  })

  it('puts a line together that comes in two packets', async () => {
    const receiver = await openTcp()
    const socket = await dial(receiver)
    const event = once(bus, 'enriched')
    const line = counted(attackLine(4))
    socket.setNoDelay(true)
    socket.write(line.slice(0, 2))
    await new Promise((resolve) => {
      socket.write(line.slice(2, 30), resolve)
    })
    socket.write(line.slice(30))
    await event
    expect(attackers()).toEqual(['1.2.3.4'])
    socket.destroy()
  })

  it('drops lines over 8 KiB and reads the next', async () => {
    const long = 'x'.repeat(100_000)
    await sendTcp(await openTcp(), `${long}\n${counted(`<1>${long}`)}${attackLine(4)}\n`)
    expect(attackers()).toEqual(['1.2.3.4'])
    expect(counter.ofKind('tcp')).toMatchObject({ received: 3, parsed: 1, dropped: 2 })
  })

  it('refuses connections over its cap and serves those it has', async () => {
    const receiver = await openTcp({ maxConnections: 1 })
    const first = await dial(receiver)
    const second = connect(receiver.port, receiver.address)
    second.on('error', () => {})
    await once(second, 'close')
    const event = once(bus, 'enriched')
    first.write(`${attackLine(4)}\n`)
    await event
    first.destroy()
  })

  it('closes a connection that says nothing', async () => {
    const socket = await dial(await openTcp({ idleTimeoutMs: 20 }))
    socket.resume()
    await once(socket, 'close')
    expect(socket.destroyed).toBe(true)
  })

  it('ends its connections when it is closed', async () => {
    const receiver = await openTcp()
    const socket = await dial(receiver)
    socket.resume()
    const closed = once(socket, 'close')
    await receiver.close()
    await closed
    receivers.length = 0
  })
})

describe('a listener that cannot listen', () => {
  it('rejects over TCP when the port is in use', async () => {
    const { port } = await openTcp()
    await expect(listenTcp(sink, { host: '127.0.0.1', port, now })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('rejects over UDP when the port is in use', async () => {
    const { port } = await openUdp('127.0.0.1')
    await expect(listenUdp(sink, { host: '127.0.0.1', port, now })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
