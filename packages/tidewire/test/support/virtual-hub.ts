import { MemoryBroker } from '../../src/brokers/memory.ts'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import { Authenticator } from '../../src/core/connection/authenticator.ts'
import { type Limits, limitsFrom } from '../../src/core/connection/limits.ts'
import { Hub } from '../../src/core/hub.ts'
import type { Broker } from '../../src/core/ports/broker.ts'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import { type Logger, silentLogger } from '../../src/core/ports/logger.ts'
import type { SharedFrame } from '../../src/core/ports/shared-frame.ts'
import { tokenAuth } from '../../src/node/auth/token-auth.ts'
import type { AuthOptions } from '../../src/node/options.ts'
import type { WireData } from '../../src/protocol/codec.ts'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import { jsonCodec } from '../../src/protocol/json-codec.ts'
import { wireLength } from '../../src/protocol/wire-length.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { openChannels } from './open-channels.ts'
import type { Goodbye } from './raw-client.ts'

/**
 * The engine without sockets, on a clock that moves when it is told to: for
 * rules about time, and for the exact bytes a link is handed.
 */
export class VirtualHub {
  readonly clock = new VirtualClock()
  readonly broker: Broker
  readonly hub: Hub

  constructor({ rules, auth = {}, limits = {}, logger = silentLogger }: VirtualHubOptions = {}) {
    const { clock } = this
    let ids = 0
    const makeId = () => `id-${++ids}`
    this.broker = new MemoryBroker({ clock, makeId })
    this.hub = new Hub({
      rules: rules ?? new ChannelRules(openChannels),
      methods: {},
      broker: this.broker,
      authenticator: new Authenticator({
        need: auth.mode ?? 'optional',
        strategies: auth.verify === undefined ? [] : [tokenAuth(auth.verify)],
        logger,
      }),
      limits: limitsFrom(limits),
      clock,
      wheel: clock,
      logger,
      makeId,
      dutyCycle: 1,
    })
  }

  /** A new connection; its hello has been taken already. */
  connect(): VirtualLink {
    const link = new VirtualLink(this.clock)
    link.open(this.hub)
    return link
  }
}

/** What a virtual hub is made of; the defaults are those of a server. */
export interface VirtualHubOptions {
  readonly rules?: ChannelRules
  readonly auth?: Pick<AuthOptions, 'mode' | 'verify'>
  readonly limits?: Partial<Limits>
  readonly logger?: Logger
}

/** One connection of a virtual hub, from the client's side. */
export class VirtualLink implements Link {
  readonly #clock: VirtualClock
  #handler: LinkHandler | null = null
  #received: WireData[] = []
  /** What the connection believes to be unsent. */
  bufferedBytes = 0
  /** Whether the connection believes that it had better wait; see `drain`. */
  isCongested = false
  /** How the server has closed it; null while it is open. */
  closed: Goodbye | null = null

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  open(hub: Hub): void {
    this.#handler = hub.accept(this, {
      transport: 'websocket',
      codec: jsonCodec,
      remoteAddress: '127.0.0.1',
    })
    this.take()
  }

  /** Everything the server has sent since the last call, as it was handed over. */
  take(): readonly WireData[] {
    return this.#received.splice(0)
  }

  /** The same, as frames. */
  frames(): readonly ServerFrame[] {
    // What the server sent is what a test is about to look at.
    return this.take().map((data) => JSON.parse(Buffer.from(data).toString()) as ServerFrame)
  }

  /** Sends a frame and lets everything that follows from it at once happen. */
  async say(frame: unknown): Promise<void> {
    const text = JSON.stringify(frame)
    this.#handler?.onData(text, Buffer.byteLength(text))
    await this.#clock.advance(0)
  }

  /** Sends a frame and takes what it was answered with. */
  async ask(frame: unknown): Promise<readonly ServerFrame[]> {
    await this.say(frame)
    return this.frames()
  }

  send(data: WireData): number {
    this.#received.push(data)
    return wireLength(data)
  }

  sendShared(frame: SharedFrame): boolean {
    return this.send(frame.data) > 0
  }

  /** The client reads on. */
  async drain(): Promise<void> {
    this.isCongested = false
    this.#handler?.onDrain()
    await this.#clock.advance(0)
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason }
    this.#handler?.onClose(code)
    this.#handler = null
  }

  terminate(): void {
    this.close(1006, '')
  }

  // There is no network here whose system calls and reads could be held back.
  cork(): void {}
  uncork(): void {}
  pause(): void {}
  resume(): void {}
}
