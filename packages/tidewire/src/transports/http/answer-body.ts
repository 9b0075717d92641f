import type { ServerResponse } from 'node:http'
import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import { onResponseEnd } from './response-end.ts'

/**
 * The body of an answer on its way to a client that may not take it: it goes in
 * pieces, each when those before it have left the process.
 *
 * Whoever takes none for too long is cut. What is held for a client, its place
 * among the connections too, is not held for as long as it likes.
 */
export class AnswerBody {
  readonly #response: ServerResponse
  readonly #reader: AnswerReader
  readonly #pieces: (string | Buffer)[]
  #cancel: CancelTimer | null = null

  constructor(response: ServerResponse, body: string, reader: AnswerReader) {
    this.#response = response
    this.#reader = reader
    this.#pieces = piecesOf(body)
  }

  /** Writes it behind the head, and ends the response. */
  send(): void {
    this.#write()
    // Nearly every answer is taken at once.
    if (this.#response.writableEnded && this.#response.writableLength === 0) return
    this.#response.on('drain', () => {
      this.#write()
      this.#wait()
    })
    this.#response.once('socket', () => this.#wait())
    this.#wait()
    onResponseEnd(this.#response, () => this.#cancel?.())
  }

  #write(): void {
    let takesMore = true
    while (takesMore && this.#pieces.length > 1) {
      takesMore = this.#response.write(this.#pieces.shift() ?? '')
    }
    if (takesMore) this.#response.end(this.#pieces.shift())
  }

  #wait(): void {
    const { wheel, patienceMs, onCut } = this.#reader
    this.#cancel?.()
    // While it is another answer's turn on the socket nobody can take anything.
    if (this.#response.socket === null) return
    this.#cancel = wheel.after(patienceMs, () => {
      onCut()
      this.#response.destroy()
    })
  }
}

/** Who is to take an answer. */
export interface AnswerReader {
  /** How long it may take nothing, in ms. */
  readonly patienceMs: number
  /** Coarse timers. */
  readonly wheel: Clock
  /** It took nothing for too long, and is cut. */
  readonly onCut: () => void
}

/** More than a page of events has: what is larger shows whether its client goes on reading. */
const pieceBytes = 64 * 1024

function piecesOf(body: string): (string | Buffer)[] {
  if (body === '') return []
  if (body.length <= pieceBytes) return [body]
  const bytes = Buffer.from(body)
  const count = Math.ceil(bytes.length / pieceBytes)
  return Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  )
}
