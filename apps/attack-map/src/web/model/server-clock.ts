/**
 * What time it is on the server, judged from the statistics it sends each second.
 *
 * A message only ever arrives late, so the snapshot that looks newest is the
 * best estimate. Without one, both clocks are taken to agree.
 */
export class ServerClock {
  #offsetMs: number | null = null

  /** Takes in that a snapshot made at `serverMs` arrived at `localMs`. */
  observe(serverMs: number, localMs: number): void {
    const offsetMs = serverMs - localMs
    if (this.#offsetMs === null || offsetMs > this.#offsetMs) this.#offsetMs = offsetMs
  }

  /** Forgets what it knew: after a reconnect either clock may have been set. */
  reset(): void {
    this.#offsetMs = null
  }

  /** Server time at a local time, both in ms since the epoch. */
  at(localMs: number): number {
    return localMs + (this.#offsetMs ?? 0)
  }
}
