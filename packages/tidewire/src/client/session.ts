import type { ConnectedFrame, ServerFrame } from '../protocol/frames.ts'
import { parseServerText } from '../protocol/server-text.ts'
import type { ClientSettings } from './client-options.ts'
import type { ClientState } from './client-state.ts'
import type { Link } from './dial.ts'
import { Heartbeat } from './heartbeat.ts'
import { initialLifecycle, type LifecycleEvent, next } from './lifecycle.ts'
import { TidewireError } from './tidewire-error.ts'

/**
 * Keeps one connection to a server alive: carries out, with real links and
 * timers, what entering a state of the lifecycle means.
 *
 * Owns hello, token and heartbeat; every other frame goes to its host. Of all
 * links it ever opened only the newest is listened to, and it has at most one
 * timer beside the heartbeat's.
 */
export class Session {
  readonly #settings: ClientSettings
  readonly #host: SessionHost
  readonly #heartbeat: Heartbeat
  readonly #events: LifecycleEvent[] = []
  #lifecycle = initialLifecycle
  #maxFrameBytes = 0
  /** The newest; what an older one tells, or was asked for, is void. */
  #link: Link | null = null
  #cancelTimer: () => void = () => undefined

  constructor(settings: ClientSettings, host: SessionHost) {
    this.#settings = settings
    this.#host = host
    this.#heartbeat = new Heartbeat(
      settings.clock,
      () => this.send('{"type":"heartbeat"}'),
      () => this.#lose(4010),
    )
  }

  get state(): ClientState {
    return this.#lifecycle.state
  }

  /** The largest frame the server takes; it closes the connection over a larger one. */
  get maxFrameBytes(): number {
    return this.#maxFrameBytes
  }

  start(): void {
    this.#enter(this.state)
  }

  dispose(): void {
    this.#lose(1000, 'disposed')
  }

  /** Sends a frame, as text. Only while online: without a link it is lost. */
  send(text: string): void {
    this.#link?.send(text)
  }

  // Run to completion: what a state handler or a link does in the middle of a
  // transition is the next transition, never a nested one.
  #dispatch(event: LifecycleEvent): void {
    if (this.#events.push(event) > 1) return
    // What is pushed meanwhile is iterated over, too.
    for (const queued of this.#events) {
      const before = this.#lifecycle
      const { clock, random } = this.#settings
      const moment = { now: clock.now(), random: random(), policy: this.#settings }
      this.#lifecycle = next(before, queued, moment)
      if (this.#lifecycle !== before) this.#enter(this.state)
    }
    this.#events.length = 0
  }

  #enter(state: ClientState): void {
    const { kind } = state
    if (kind === 'connecting') this.#dial()
    else if (kind === 'authenticating') this.#authenticate()
    else if (kind === 'online') this.#cancelTimer()
    else if (kind === 'closed') this.#hangUp(1000)
    else {
      this.#hangUp(state.closeCode)
      this.#schedule(state.retryAt - this.#settings.clock.now(), () =>
        this.#dispatch({ type: 'dial' }),
      )
    }
    this.#host.onState(state, this)
  }

  #dial(): void {
    const { dial, connectTimeoutMs, protocols } = this.#settings
    const link = dial(this.#host.url, ['tidewire.v1.json', ...protocols], {
      onMessage: (data) => this.#receive(data, link),
      onClose: (code, reason) => {
        if (link === this.#link) this.#lose(code, reason)
      },
    })
    this.#link = link
    this.#schedule(connectTimeoutMs, () => this.#lose(4010))
  }

  #hangUp(code: number): void {
    this.#cancelTimer()
    this.#heartbeat.stop()
    // Codes below 4000 are not a client's to send; after one of them the link
    // is closed already, and this only lets it go.
    this.#link?.close(code < 4000 ? 1000 : code, '')
    this.#link = null
  }

  #schedule(delayMs: number, callback: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#settings.clock.after(delayMs, callback)
  }

  /** Sends a token: the first one of a link, or one that renews it (P-010). */
  #authenticate(): void {
    const link = this.#link
    this.#token().then(
      (token) => {
        if (link === this.#link) this.send(JSON.stringify({ type: 'auth', token }))
      },
      (cause: unknown) => {
        if (link !== this.#link) return
        this.#host.onError(new TidewireError('TOKEN_FAILED', { cause }))
        // Online, the old token holds until the server says otherwise (4005).
        if (this.state.kind === 'authenticating') this.#lose(4004)
      },
    )
  }

  async #token(): Promise<string> {
    const { token } = this.#settings
    const text = typeof token === 'function' ? await token() : token
    if (typeof text !== 'string') throw new TypeError('no text')
    return text
  }

  // Not at once: a provider that gives the same token again, or one that ends
  // as soon, would be asked again at once, too.
  #renewIn(delayMs: number): void {
    if (typeof this.#settings.token !== 'function') return
    this.#schedule(delayMs, () => this.#authenticate())
  }

  #lose(code: number, reason = ''): void {
    this.#dispatch({ type: 'lost', code, reason })
  }

  #receive(data: unknown, link: Link): void {
    if (link !== this.#link) return
    this.#heartbeat.heard()
    try {
      this.#handle(parseServerText(String(data)))
    } catch (cause) {
      // Fields of a frame are trusted (see protocol/server-text.ts): reading one
      // that is not there ends here and costs that frame only.
      this.#host.onError(new TidewireError('BAD_FRAME', { cause }))
    }
  }

  #handle(frame: ServerFrame): void {
    if (frame.type === 'connected') this.#greet(frame)
    else if (frame.type === 'auth_ack') this.#dispatch(frame)
    else if (frame.type === 'auth_expiring') this.#renewIn(frame.inMs / 2)
    else this.#host.onFrame(frame, this)
  }

  #greet(frame: ConnectedFrame): void {
    this.#maxFrameBytes = frame.limits.maxPayloadBytes
    const intervalMs = this.#settings.heartbeatMs ?? frame.heartbeatMs
    if (intervalMs > 0) this.#heartbeat.start(intervalMs)
    this.#dispatch(frame)
  }
}

/** What a session tells whoever owns it. None of these may throw but `onFrame`. */
export interface SessionHost {
  /** Where the server is; asked for every link. */
  readonly url: string
  /** A state was entered. Online, frames may be sent; what has no answer when that ends never gets one. */
  onState(state: ClientState, session: Session): void
  /** A frame that is not the session's own; may throw for one that is malformed. */
  onFrame(frame: ServerFrame, session: Session): void
  onError(error: TidewireError): void
}
