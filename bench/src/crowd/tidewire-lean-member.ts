import { eachEvent } from '../load/sampling.ts'
import { crowdToken } from '../servers/crowd-server.ts'
import { type LeanEnd, LeanSocket } from './lean-socket.ts'
import type { Member, MemberOptions } from './member.ts'

/**
 * Tidewire's protocol and the SDK's rules of coming back, without the SDK: so
 * that a load generator with one core can be ten thousand clients.
 *
 * The same delays (full jitter, doubling, from 1 again after 10 s online), the
 * same `resume=1`, the same positions; what the SDK repairs by itself, such as a
 * hole, is only counted here.
 */
export function tidewireLeanMember(options: MemberOptions): Member {
  const client = new LeanClient(options)
  client.dial()
  return client
}

class LeanClient implements Member {
  readonly ready: Promise<void>
  readonly #options: MemberOptions
  #onReady: () => void = () => undefined
  readonly #positions: (Position | null)[]
  #socket: LeanSocket | null = null
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #attempt = 1
  #wasOnline = false
  #onlineAt: number | null = null
  /** Subscriptions that have no ack yet on this connection. */
  #missing = Number.POSITIVE_INFINITY

  constructor(options: MemberOptions) {
    this.#options = options
    this.ready = new Promise((resolve) => {
      this.#onReady = resolve
    })
    this.#positions = options.channels.map(() => null)
  }

  readonly end = (): void => {
    this.#isOver = true
    this.#socket?.cut()
    clearTimeout(this.#timer)
  }

  dial(): void {
    const { port, localAddress, onDial } = this.#options
    onDial()
    const address = {
      port,
      localAddress,
      path: this.#wasOnline ? '/ws?resume=1' : '/ws',
      protocol: 'tidewire.v1.json',
    }
    this.#socket = new LeanSocket(address, {
      onFrame: (payload) => this.#take(payload),
      onClose: (end) => this.#lose(end),
    })
    this.#timer = setTimeout(() => this.#socket?.cut(), connectTimeoutMs)
  }

  #lose({ code, retryAfterMs = 0 }: LeanEnd): void {
    clearTimeout(this.#timer)
    if (this.#missing === 0) this.#options.reachability.lose()
    this.#missing = Number.POSITIVE_INFINITY
    if (this.#isOver) return
    const onlineMs = this.#onlineAt === null ? 0 : performance.now() - this.#onlineAt
    this.#onlineAt = null
    this.#attempt = onlineMs >= healthyAfterMs ? 1 : this.#attempt + 1
    const minMs = code === 4008 || code === 4012 ? slowDelayMs : minDelayMs
    const ceiling = Math.min(maxDelayMs, minMs * 2 ** (this.#attempt + 1))
    const delayMs = retryAfterMs + minMs + Math.random() * Math.max(0, ceiling - minMs)
    this.#timer = setTimeout(() => this.dial(), delayMs)
  }

  #take(payload: Buffer): void {
    if (isOfEvents(payload)) this.#takeEvents(payload)
    else {
      // The server is one of the bench.
      const found = JSON.parse(payload.toString()) as ServerFrame | readonly ServerFrame[]
      for (const frame of Array.isArray(found) ? found : [found]) this.#handle(frame)
    }
  }

  #takeEvents(payload: Buffer): void {
    const { channels, witness } = this.#options
    const name = payload.indexOf(channelMark) + channelMark.length
    const channel = channels.indexOf(payload.toString('latin1', name, payload.indexOf('"', name)))
    eachEvent(payload, (at, seq) => witness.take(channel, at, seq))
    const newest = payload.lastIndexOf(offsetMark) + offsetMark.length
    const offset = Number.parseInt(payload.toString('latin1', newest, newest + maxDigits), 10)
    const { epoch } = this.#positions[channel] ?? { epoch: '' }
    this.#positions[channel] = { epoch, offset }
  }

  #handle(frame: ServerFrame): void {
    const { number, onGap, channels } = this.#options
    if (frame.type === 'connected') {
      this.#socket?.send(JSON.stringify({ type: 'auth', token: crowdToken(number) }))
    } else if (frame.type === 'auth_ack') this.#subscribe()
    else if (frame.type === 'ack') this.#begin(frame)
    else if (frame.type === 'gap') {
      this.#positions[channels.indexOf(frame.channel ?? '')] = frame.to ?? null
      onGap()
    } else if (frame.type === 'error') {
      console.error(`client ${number}:`, frame)
      this.#socket?.cut()
    }
  }

  #subscribe(): void {
    clearTimeout(this.#timer)
    this.#onlineAt = performance.now()
    this.#wasOnline = true
    this.#missing = this.#options.channels.length
    const frames = this.#options.channels.map((channel, id) => {
      const since = this.#positions[id] ?? undefined
      return { type: 'subscribe', id, channel, since }
    })
    this.#socket?.send(JSON.stringify(frames.length === 1 ? frames[0] : frames))
  }

  #begin({ id = -1, recovered, position }: ServerFrame): void {
    if (recovered === false) this.#options.onGap()
    if (recovered !== true) this.#positions[id] = position ?? null
    this.#missing -= 1
    if (this.#missing > 0) return
    this.#options.reachability.gain()
    this.#onReady()
  }
}

interface Position {
  readonly epoch: string
  readonly offset: number
}

/** The fields that are looked at, of whichever frame has them. */
interface ServerFrame {
  readonly type: string
  readonly id?: number
  readonly channel?: string
  readonly recovered?: boolean
  readonly position?: Position | null
  readonly to?: Position
}

// As the SDK has them: its defaults, and what it calls healthy.
const minDelayMs = 500
const maxDelayMs = 30_000
const slowDelayMs = 5_000
const connectTimeoutMs = 10_000
const healthyAfterMs = 10_000

function isOfEvents(payload: Buffer): boolean {
  const kind = payload[typeAt]
  return kind === letterB || (kind === letterM && payload[typeAt + 1] === letterE)
}

const typeAt = '{"type":"'.length
const [letterB, letterM, letterE] = Buffer.from('bme')
const channelMark = Buffer.from('"channel":"')
const offsetMark = Buffer.from('"offset":')
const maxDigits = 16
