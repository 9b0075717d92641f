import type { PublishOptions } from '../../client/channel.ts'
import type { AnyChannels, Client } from '../../client/client.ts'
import type { ClientState } from '../../client/client-state.ts'
import type { Clock } from '../../client/clock.ts'
import { connectIn } from '../../client/connect.ts'
import type { Dial } from '../../client/dial.ts'
import type { SubscribeOptions } from '../../client/subscription.ts'
import type { Judge } from './judge.ts'
import { follow, type Publication } from './publication.ts'
import { Watcher } from './watcher.ts'

/**
 * One application with an SDK client, and everything it has asked for.
 */
export class SimulatedClient {
  readonly name: string
  readonly #host: ClientHost
  readonly #client: Client
  readonly #clock: Clock
  readonly #watchers = new Set<Watcher>()
  /** What was published with `echo: false`, and the connection it left on. */
  readonly #unechoed = new Map<number, string>()
  #subscriptions = 0
  /** Up to then, a connection that was handed over may still deliver. */
  #leavesUntil = 0

  constructor(name: string, url: string, options: SimulatedClientOptions) {
    this.name = name
    this.#host = options.host
    const { dial, clock, random } = options
    this.#clock = clock
    const report = (error: unknown) => this.#host.fail(`${name}: ${error}`)
    const environment = { clock, dial, random, origin: undefined, report }
    this.#client = connectIn<AnyChannels>(environment, url, timings)
    let last = ''
    this.#client.on('state', ({ kind }) => {
      // Online twice: another connection has taken over from one that is sound.
      const isHandedOver = kind === 'online' && kind === last
      const what = isHandedOver ? 'handed over' : kind
      last = kind
      if (isHandedOver) this.#leavesUntil = clock.now() + longestLeaveMs
      this.#host.note(`${name} is ${what}`)
      this.#host.count(`client ${what}`)
    })
    this.#client.on('error', (error) => this.#host.fail(`${name}: ${error.code} ${error.message}`))
  }

  get state(): ClientState {
    return this.#client.state
  }

  /** The subscriptions that were not disposed. */
  get watchers(): readonly Watcher[] {
    return [...this.#watchers]
  }

  subscribe(channel: string, judge: Judge, options: SubscribeOptions): void {
    this.#subscriptions += 1
    const name = `${this.name}/${channel}#${this.#subscriptions}`
    const watcher = new Watcher(name, judge, {
      note: this.#host.note,
      count: this.#host.count,
      fail: this.#host.fail,
      hasPublished: (id) => this.#unechoed.get(id) === this.#connectionId,
    })
    this.#watchers.add(watcher)
    const subscription = this.#client
      .channel(channel)
      .subscribe((event) => watcher.onEvent(event), {
        ...options,
        onGap: (gap) => watcher.onGap(gap),
        onRecovered: () => watcher.onRecovered(),
        onEnd: ({ code, message }) => watcher.onEnd(code, message),
      })
    watcher.watch(subscription)
  }

  unsubscribe(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    watcher.dispose()
  }

  publish(publication: Publication, options: PublishOptions): void {
    const { channel, note } = publication
    const isAlone = this.#clock.now() >= this.#leavesUntil
    if (!note.echo && isAlone && this.#connectionId !== '')
      this.#unechoed.set(note.id, this.#connectionId)
    follow(publication, this.#client.channel(channel).publish(note, options))
  }

  dispose(): void {
    this.#watchers.clear()
    this.#client.dispose()
  }

  get #connectionId(): string {
    return this.state.kind === 'online' ? this.state.connectionId : ''
  }
}

/** What a client needs of the simulation. */
export interface ClientHost {
  readonly note: (what: string) => void
  readonly count: (what: string) => void
  readonly fail: (what: string) => void
}

export interface SimulatedClientOptions {
  readonly dial: Dial
  readonly clock: Clock
  readonly random: () => number
  readonly host: ClientHost
}

/** Beyond the deadline of every drain, and the silence of a connection that died meanwhile. */
const longestLeaveMs = 15_000

/** Impatient, so that a run sees many reconnects. */
const timings = {
  connectTimeoutMs: 2_000,
  heartbeatMs: 3_000,
  minDelayMs: 50,
  maxDelayMs: 1_000,
  requestTimeoutMs: 3_000,
}
