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
    this.#replace([this.#clock.after(timeoutMs, this.#handlers.onTimeout)])
  }

  /** A credential is in force: until it expires, or its strategy says that it holds no longer. */
  hold({ identity, watch }: Accepted): void {
    this.#replace([])
    const { onExpired, onRevoked } = this.#handlers
    const stopWatching = watch?.((why) => (why === 'outdated' ? onExpired() : onRevoked()))
    this.#running = [
      ...(stopWatching === undefined ? [] : [stopWatching]),
      ...(identity.expiresAt === undefined ? [] : this.#untilExpiry(identity.expiresAt)),
    ]
  }

  cancel(): void {
    this.#replace([])
  }

  #untilExpiry(expiresAt: number): readonly CancelTimer[] {
    const { onExpired, onExpiring } = this.#handlers
    const leftMs = expiresAt - this.#clock.now()
    return [
      this.#clock.after(leftMs, onExpired),
      this.#clock.after(Math.max(0, leftMs - warningMs), () => {
        onExpiring(Math.max(0, expiresAt - this.#clock.now()))
      }),
    ]
  }

  #replace(running: readonly (CancelTimer | StopWatching)[]): void {
    for (const stop of this.#running) stop()
    this.#running = running
  }
}

export interface ValidityHandlers {
  readonly onTimeout: () => void
  readonly onExpiring: (inMs: number) => void
  readonly onExpired: () => void
  readonly onRevoked: () => void
}
