import { eachEvent } from '../load/sampling.ts'
import { crowdToken } from '../servers/crowd-server.ts'
import { LeanSocket } from './lean-socket.ts'
import type { Member, MemberOptions } from './member.ts'

/**
 * Engine.IO 4 and Socket.IO 5 over a bare socket, with the rules by which
 * Socket.IO's client comes back: its delays, and the session and the offset by
 * which the server recovers what was missed.
 */
export function socketIoLeanMember(options: MemberOptions): Member {
  const client = new LeanClient(options)
  client.dial()
  return client
}

class LeanClient implements Member {
  readonly ready: Promise<void>
  readonly #options: MemberOptions
  #onReady: () => void = () => undefined
  #socket: LeanSocket | null = null
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #attempts = 0
  #isReachable = false
  /** The server's name for what it keeps of this client. */
  #session: string | undefined
  /** The last event, by the server's name for it. */
  #offset: string | undefined

  constructor(options: MemberOptions) {
    this.#options = options
    this.ready = new Promise((resolve) => {
      this.#onReady = resolve
    })
  }

  readonly end = (): void => {
    this.#isOver = true
    this.#socket?.cut()
    clearTimeout(this.#timer)
  }

  dial(): void {
    const { port, localAddress, onDial } = this.#options
    onDial()
    const address = { port, localAddress, path: '/socket.io/?EIO=4&transport=websocket' }
    this.#socket = new LeanSocket(address, {
      onFrame: (payload) => this.#take(payload),
      onClose: () => this.#lose(),
    })
    this.#timer = setTimeout(() => this.#socket?.cut(), connectTimeoutMs)
  }

  #lose(): void {
    clearTimeout(this.#timer)
    if (this.#isReachable) this.#options.reachability.lose()
    this.#isReachable = false
    if (this.#isOver) return
    const delayMs = Math.min(maxDelayMs, minDelayMs * 2 ** this.#attempts)
    this.#attempts += 1
    const jitterMs = (Math.random() * 2 - 1) * jitter * delayMs
    this.#timer = setTimeout(() => this.dial(), Math.min(maxDelayMs, delayMs + jitterMs))
  }

  #take(payload: Buffer): void {
    const kind = payload.toString('latin1', 0, 2)
    if (kind === '42') this.#takeEvent(payload)
    else if (kind === '2') this.#socket?.send('3')
    else if (kind.startsWith('0')) this.#connect()
    else if (kind === '40') this.#begin(payload.toString('utf8', 2))
    else if (kind === '43') this.#arrive()
    else {
      console.error(`client ${this.#options.number}:`, payload.toString())
      this.#socket?.cut()
    }
  }

  #connect(): void {
    const { number } = this.#options
    const session = { pid: this.#session, offset: this.#offset }
    const state = this.#session === undefined ? {} : session
    this.#socket?.send(`40${JSON.stringify({ ...state, token: crowdToken(number) })}`)
  }

  #begin(json: string): void {
    clearTimeout(this.#timer)
    this.#attempts = 0
    // The server is one of the bench.
    const { pid } = JSON.parse(json) as { readonly pid?: string }
    const isRecovered = pid !== undefined && pid === this.#session
    if (this.#session !== undefined && !isRecovered) this.#options.onGap()
    this.#session = pid
    if (isRecovered) return this.#arrive()
    this.#socket?.send(`420${JSON.stringify(['subscribe', this.#options.channels])}`)
  }

  #arrive(): void {
    this.#isReachable = true
    this.#options.reachability.gain()
    this.#onReady()
  }

  #takeEvent(payload: Buffer): void {
    const { channels, witness } = this.#options
    const name = nameAt + payload.indexOf(nameMark)
    const channel = channels.indexOf(payload.toString('latin1', name, payload.indexOf('"', name)))
    eachEvent(payload, (at, seq) => witness.take(channel, at, seq))
    // `…,"<offset>"]` is how a server ends an event that it could recover.
    const end = payload.length - 2
    const begin = payload.lastIndexOf('"', end - 1) + 1
    if (payload[end] === quote) this.#offset = payload.toString('latin1', begin, end)
  }
}

// Defaults of Socket.IO's client.
const minDelayMs = 1_000
const maxDelayMs = 5_000
const jitter = 0.5
const connectTimeoutMs = 20_000

const nameMark = Buffer.from('["event","')
const nameAt = nameMark.length
const [quote] = Buffer.from('"')
