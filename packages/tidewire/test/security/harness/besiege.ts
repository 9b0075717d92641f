import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { ChannelDeclarations } from '../../../src/core/channel/options.ts'
import type { ServerFrame } from '../../../src/protocol/frames.ts'
import {
  type ByteSocket,
  openByteSocket,
  type UpgradeRequestOptions,
  upgradeRequest,
} from '../../support/byte-socket.ts'
import { openChannels } from '../../support/open-channels.ts'
import { type ConnectOptions, connectRaw, type RawClient } from '../../support/raw-client.ts'
import { recordingLogger } from '../../support/recording-logger.ts'
import { type ServerOptions, startServer, type TestServer } from '../../support/start-server.ts'
import { heldBytes, mebibyte } from './memory.ts'

/**
 * A real server under attack, for the tests of one `describe`, and a witness: a
 * client that does everything right and has subscribed before the first attack.
 *
 * After every test the witness gets the next event, all other connections are
 * gone, HTTP's included, and memory is back where it was. A test brings the
 * attack and what it is answered with.
 */
export function besiege(options: SiegeOptions = {}): Siege {
  const siege = new Siege(options)
  beforeAll(() => siege.begin())
  afterEach(() => siege.expectUnharmed())
  afterAll(() => siege.end())
  return siege
}

/** What the server is told, and what the witness brings to its handshake. */
export interface SiegeOptions extends ServerOptions {
  /** Default: nothing, it is anonymous. */
  readonly witness?: ConnectOptions
  /** For servers that want a token first. */
  readonly witnessToken?: string
}

export class Siege {
  readonly #options: SiegeOptions
  readonly #log = recordingLogger()
  #server: TestServer | null = null
  #witness: RawClient | null = null
  #events = 0
  #heldBefore = 0
  #bytesRead = 0

  constructor(options: SiegeOptions) {
    this.#options = options
  }

  get server(): TestServer {
    if (this.#server === null) throw new Error('the siege has not begun')
    return this.#server
  }

  get witness(): RawClient {
    if (this.#witness === null) throw new Error('the siege has not begun')
    return this.#witness
  }

  /** Every line the server has logged, causes included. */
  get log(): string {
    return this.#log.lines.join('\n')
  }

  /** What the server has read from everybody whose connection is gone. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  async begin(): Promise<void> {
    const { witness, witnessToken, channels = openChannels, ...options } = this.#options
    const declared: ChannelDeclarations = { ...channels, witness: { subscribe: 'anyone' } }
    this.#server = await startServer({ logger: this.#log.logger, ...options, channels: declared })
    this.#server.http.on('connection', (socket) => {
      socket.once('close', () => {
        this.#bytesRead += socket.bytesRead
      })
    })
    this.#witness = await this.connect(witness)
    if (witnessToken !== undefined) {
      expect(await this.witness.ask({ type: 'auth', token: witnessToken })).toMatchObject({
        type: 'auth_ack',
      })
    }
    const subscribed = await this.witness.ask({ type: 'subscribe', id: 1, channel: 'witness' })
    expect(subscribed).toMatchObject({ type: 'ack' })
    await this.#expectServed()
    this.#heldBefore = heldBytes()
  }

  /** A bare TCP connection. */
  dial(): Promise<ByteSocket> {
    return openByteSocket(this.server.port)
  }

  /** A WebSocket that can send any bytes; its hello has been read. */
  async open(headers: Readonly<Record<string, string>> = {}): Promise<ByteSocket> {
    const socket = await this.dial()
    await socket.handshake(upgradeRequest({ headers }))
    await socket.nextFrame()
    return socket
  }

  /** How a handshake is answered: the status, whatever becomes of the connection. */
  async statusOf(options: UpgradeRequestOptions): Promise<number> {
    await using socket = await this.dial()
    socket.write(upgradeRequest(options))
    return Number((await socket.head()).split(' ')[1])
  }

  /** A WebSocket that can send any frame. */
  connect(options?: ConnectOptions): Promise<RawClient> {
    return connectRaw(this.server.url, options)
  }

  /** Sends bytes on a WebSocket of their own: the code the server closes with before it hangs up. */
  async closeCodeAfter(...parts: readonly Buffer[]): Promise<number> {
    await using socket = await this.open()
    for (const part of parts) socket.write(part)
    const code = await socket.closeCode()
    await socket.ended()
    return code
  }

  /** What a frame of a connection of its own is answered with; the connection stays. */
  async answerTo(frame: unknown): Promise<ServerFrame> {
    await using client = await this.connect()
    const answer = await client.ask(frame)
    await client.expectSilence()
    return answer
  }

  /** The witness is still served, and nothing is left of anybody else. */
  async expectUnharmed(): Promise<void> {
    await this.#expectServed()
    const { tide } = this.server
    // A server lets go of a connection some turns after its client has.
    await expect.poll(() => tide.connectionCount).toBe(1)
    await expect.poll(() => this.#openSockets()).toBe(1)
    expect(heldBytes() - this.#heldBefore).toBeLessThan(8 * mebibyte)
  }

  async end(): Promise<void> {
    await this.#witness?.[Symbol.asyncDispose]()
    await this.#server?.[Symbol.asyncDispose]()
  }

  async #expectServed(): Promise<void> {
    this.#events += 1
    await this.server.tide.publish('witness', this.#events)
    expect(await this.witness.next('message')).toMatchObject({ payload: this.#events })
    await this.witness.expectSilence()
  }

  #openSockets(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.http.getConnections((cause, count) => {
        if (cause === null) resolve(count)
        else reject(cause)
      })
    })
  }
}

/** Rates nobody comes near, for rows about other limits. */
export const withoutRates = {
  framesPerSecond: 1_000_000,
  frameBurst: 1_000_000,
  bytesPerSecond: 1_000_000_000,
} as const
