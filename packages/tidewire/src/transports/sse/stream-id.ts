import type { Position } from '../../protocol/position.ts'
import { positionText } from '../../protocol/position-text.ts'

/**
 * Where the reader of one stream stands, as the id of its events: the positions
 * of its channels in the order they were asked for, so that the client comes back
 * with all of them (`Last-Event-ID`).
 */
export class StreamId {
  readonly #channels: readonly string[]
  readonly #positions: string[]

  constructor(channels: readonly string[], since: readonly (Position | undefined)[]) {
    this.#channels = channels
    this.#positions = channels.map((_, index) => textOf(since[index]))
  }

  /** The id after the reader has come to a position; empty as long as there is none at all. */
  after(channel: string, position: Position | null): string {
    const index = this.#channels.indexOf(channel)
    if (index !== -1 && position !== null) this.#positions[index] = positionText(position)
    return this.#positions.some((text) => text !== '') ? this.#positions.join(',') : ''
  }
}

function textOf(position: Position | undefined): string {
  return position === undefined ? '' : positionText(position)
}
