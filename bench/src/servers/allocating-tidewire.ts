import { createServer, IncomingMessage } from 'node:http'
import type { HeapProfiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { createTidewire } from 'tidewire'
import { answerCommands } from '../harness/commands.ts'
import { clientFrame, opcodes } from '../load/frame-bytes.ts'
import { benchLimits } from './bench-limits.ts'
import { makeEvent } from './event.ts'
import { type ChannelName, channelName } from './serve.ts'
import { SwallowingSocket } from './swallowing-socket.ts'

/**
 * Tidewire, whole, from publish to the write to a socket, with sockets that
 * swallow: what it allocates, sampled by V8, garbage included.
 */
const tide = createTidewire({
  channels: { 'bench:{id}': { subscribe: 'anyone' } },
  limits: benchLimits,
  dutyCycle: 0,
})
const server = createServer()
tide.attach(server)

const commands: AllocationCommands = {
  async measure({ subscribers, channelsEach, flushes }) {
    const channels = Array.from({ length: channelsEach }, (_, index) => channelName(index))
    for (let index = 0; index < subscribers; index += 1) await subscribe(channels)
    await flushAll(channels, warmFlushes)
    const writesBefore = SwallowingSocket.writes
    const sites = await allocatedBy(() => flushAll(channels, flushes))
    const deliveries = SwallowingSocket.writes - writesBefore
    const expected = subscribers * channelsEach * flushes
    if (deliveries !== expected) throw new Error(`${deliveries} writes instead of ${expected}`)
    return sites.map(({ where, bytes }) => ({ where, bytes: bytes / flushes }))
  },
}

answerCommands(commands)

/** What the process does for the runner; once, it does not clean up. */
export type AllocationCommands = {
  readonly measure: (plan: AllocationPlan) => Promise<readonly AllocationSite[]>
}

/** Who reads, and how often. */
export interface AllocationPlan {
  readonly subscribers: number
  /** Each subscriber reads all of them, and each flush is one of every channel. */
  readonly channelsEach: number
  readonly flushes: number
}

/** A function that allocated. */
export interface AllocationSite {
  /** Its name, and where it begins in the compiled file. */
  readonly where: string
  /** On the heap, in a flush, over all subscribers. */
  readonly bytes: number
}

/** Enough for the optimising compiler. */
const warmFlushes = 1_000

async function subscribe(channels: readonly ChannelName[]): Promise<void> {
  const socket = new SwallowingSocket()
  server.emit('upgrade', upgradeRequest(), socket, Buffer.alloc(0))
  const frames = channels.map((channel, id) => ({ type: 'subscribe', id, channel }))
  socket.push(clientFrame(opcodes.text, JSON.stringify(frames)))
  await turn()
}

function upgradeRequest(): IncomingMessage {
  const request = new IncomingMessage(unconnected)
  request.method = 'GET'
  request.url = '/ws'
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  request.headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return request
}

const unconnected = new Socket()

async function flushAll(channels: readonly ChannelName[], flushes: number): Promise<void> {
  for (let flush = 1; flush <= flushes; flush += 1) {
    await Promise.all(channels.map((channel) => tide.publish(channel, makeEvent(0, flush))))
    // The pump flushes within the turn; the second one is for the order of the two.
    await turn()
    await turn()
  }
}

// The growth of the heap says less: what the sweeper finds meanwhile is in it.
async function allocatedBy(work: () => Promise<void>): Promise<readonly AllocationSite[]> {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: sampleBytes,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  await work()
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  return sitesIn(profile.head)
}

/** V8 looks at one allocation in so many bytes, on average. */
const sampleBytes = 512

function sitesIn(node: HeapProfiler.SamplingHeapProfileNode): readonly AllocationSite[] {
  const { functionName, url, lineNumber } = node.callFrame
  const file = url.split('/').slice(-2).join('/')
  const where = `${functionName || 'anonymous'} ${file}:${lineNumber + 1}`
  return [{ where, bytes: node.selfSize }, ...node.children.flatMap(sitesIn)]
}
