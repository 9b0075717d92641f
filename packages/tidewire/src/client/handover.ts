import type { DrainFrame, ServerFrame } from '../protocol/frames.ts'
import type { ClientSettings } from './client-options.ts'
import type { ClientState } from './client-state.ts'
import { Session, type SessionHost } from './session.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * Takes a client from a server that drains to another one, make-before-break
 * (P-061): the old session stays until the new one has taken over everything.
 *
 * Owns the sessions and decides which of them is the client's. Each of them
 * keeps a connection alive by itself; what one does that is not the client's
 * yet, or no more, the application does not see.
 */
export class Handover implements SessionHost {
  readonly #settings: ClientSettings
  readonly #host: HandoverHost
  readonly #resumeUrl: string
  #url: string
  #current: Session
  /** On its way to another server; until it is there it tries again by itself. */
  #next: Session | null = null
  /** What was current before, while something on it is unfinished. */
  #previous: Session | null = null
  /** Null while nothing drains. */
  #cancelSlot: (() => void) | null = null

  constructor(url: string, settings: ClientSettings, host: HandoverHost) {
    this.#url = url
    this.#resumeUrl = `${url}${url.includes('?') ? '&' : '?'}resume=1`
    this.#settings = settings
    this.#host = host
    this.#current = new Session(settings, this)
  }

  /** Where sessions dial. A server that is busy lets those in first who were there before. */
  get url(): string {
    return this.#url
  }

  /** The session that requests and subscriptions are for. */
  get current(): Session {
    return this.#current
  }

  onState({ kind }: ClientState, session: Session): void {
    if (kind === 'online') this.#url = this.#resumeUrl
    if (session === this.#next) return this.#onNext(kind)
    if (session === this.#previous) return this.#leave()
    if (session !== this.#current) return
    if (kind === 'waiting' || kind === 'closed') this.#lose(kind)
    this.#host.onState(this.#current.state)
    if (kind === 'closed') this.#leave()
  }

  onFrame(frame: ServerFrame, session: Session): void {
    if (frame.type === 'drain') return this.#drain(frame, session)
    this.#host.onFrame(frame, session)
    this.#leaveIfDone()
  }

  onError(error: TidewireError): void {
    this.#host.onError(error)
  }

  #drain({ reconnectAfterMs }: DrainFrame, session: Session): void {
    // One at a time: what comes of a second drain, the first one has begun.
    if (this.#cancelSlot !== null || session !== this.#current) return
    this.#cancelSlot = this.#settings.clock.after(reconnectAfterMs, () => {
      this.#next = new Session(this.#settings, this)
      this.#next.start()
    })
  }

  #onNext(kind: ClientState['kind']): void {
    // Closed, nobody else takes this client; the server it is on still does.
    if (kind === 'closed') this.#endDrain()
    if (kind !== 'online') return
    this.#leave()
    this.#previous = this.#current
    this.#endDrain(this.#next)
    this.#host.onState(this.#current.state)
    this.#leaveIfDone()
  }

  /** The current session is lost. One that is under way takes its place, else it comes back by itself. */
  #lose(kind: 'waiting' | 'closed'): void {
    const next = this.#next
    const heir = kind === 'waiting' && next?.state.kind !== 'waiting' ? next : null
    const unneeded = heir === null ? next : this.#current
    this.#endDrain(heir)
    unneeded?.dispose()
  }

  #endDrain(heir: Session | null = null): void {
    this.#cancelSlot?.()
    this.#cancelSlot = null
    this.#current = heir ?? this.#current
    this.#next = null
  }

  #leaveIfDone(): void {
    if (this.#previous !== null && !this.#host.isAwaiting(this.#previous)) this.#leave()
  }

  #leave(): void {
    const previous = this.#previous
    if (previous === null) return
    this.#previous = null
    previous.dispose()
    this.#host.onLoss(previous)
  }
}

/** What a handover tells whoever owns it, and asks of them. */
export interface HandoverHost {
  /** The client's state has changed; online again and again when a session has taken over. */
  onState(state: ClientState): void
  /** A frame that is not a session's own; may throw for one that is malformed. */
  onFrame(frame: ServerFrame, session: Session): void
  /** A session that is not the current one is gone: nothing comes from it any more. */
  onLoss(session: Session): void
  /** Whether something is still to come from a session that is not the current one. */
  isAwaiting(session: Session): boolean
  onError(error: TidewireError): void
}
