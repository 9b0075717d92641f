import { Duplex } from 'node:stream'

/**
 * A socket that takes everything at once and allocates nothing for it: what is
 * left of the memory a delivery takes is the server's own.
 */
export class SwallowingSocket extends Duplex {
  /** How much all of them have been given. */
  static writes = 0

  override _read(): void {
    // What a client sends is pushed.
  }

  override write(): boolean {
    SwallowingSocket.writes += 1
    return true
  }

  override cork(): void {
    // Nothing waits here.
  }

  override uncork(): void {
    // Nothing has waited.
  }
}
