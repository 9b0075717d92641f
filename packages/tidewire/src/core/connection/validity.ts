import type { Accepted, StopWatching } from '../ports/auth.ts'
import type { CancelTimer, Clock } from '../ports/clock.ts'

/** How long before the end of a token its connection is warned (P-013). */
const warningMs = 30_000

/**
 * How long who is on a connection may stay: the wait for the first token, the
 * warning before the end of one, the end, and the watch that a strategy keeps
 * over what it accepted. At most one of each runs.
 */
export class Validity {
  readonly #clock: Clock
  readonly #handlers: ValidityHandlers
  #running: readonly (CancelTimer | StopWatching)[] = []

  constructor(clock: Clock, handlers: ValidityHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  /** Waits for the first token. */
  awaitToken(timeoutMs: number): void {
    this.#replace([this.#clock.after(timeoutMs, () => this.#handlers.onTimeout())])
  }

  /** A credential is in force: until it expires, or its strategy says that it holds no longer. */
  hold({ identity, watch }: Accepted): void {
    this.#replace([])
    const stopWatching = watch?.((why) =>
      why === 'outdated' ? this.#handlers.onExpired() : this.#handlers.onRevoked(),
    )
    this.#running = [
      ...(stopWatching === undefined ? [] : [stopWatching]),
      ...(identity.expiresAt === undefined ? [] : this.#untilExpiry(identity.expiresAt)),
    ]
  }

  cancel(): void {
    this.#replace([])
  }

  #untilExpiry(expiresAt: number): readonly CancelTimer[] {
    const leftMs = expiresAt - this.#clock.now()
    return [
      this.#clock.after(leftMs, () => this.#handlers.onExpired()),
      this.#clock.after(Math.max(0, leftMs - warningMs), () => {
        this.#handlers.onExpiring(Math.max(0, expiresAt - this.#clock.now()))
      }),
    ]
  }

  #replace(running: readonly (CancelTimer | StopWatching)[]): void {
    const before = this.#running
    this.#running = running
    for (const stop of before) this.#stop(stop)
  }

  // To stop watching is a strategy's own code: when it fails nothing else may.
  #stop(stop: CancelTimer | StopWatching): void {
    try {
      stop()
    } catch (cause) {
      this.#handlers.onStopFailed(cause)
    }
  }
}

export interface ValidityHandlers {
  /** No token has come in time. */
  onTimeout(): void
  /** The token ends soon. */
  onExpiring(inMs: number): void
  onExpired(): void
  /** The credential holds no longer. */
  onRevoked(): void
  /** A strategy that was to stop watching has thrown; it is not asked again. */
  onStopFailed(cause: unknown): void
}
