import type { Post, PostEnd, PostHearer, PostRequest } from '../../src/client/fallback/post.ts'

/**
 * The server of a link over plain HTTP, in memory: keeps what it is sent, and
 * answers what the test tells it to, piece by piece.
 */
export class ScriptedPost {
  /** Every request, oldest first. */
  readonly requests: ScriptedRequest[] = []

  readonly post: Post = (request, hearer) => {
    const asked = new ScriptedRequest(request, hearer)
    this.requests.push(asked)
    return () => asked.giveUp()
  }

  /** The newest request. */
  get newest(): ScriptedRequest {
    const request = this.requests.at(-1)
    if (request === undefined) throw new Error('nothing was sent')
    return request
  }
}

/** One request, seen from the server. */
export class ScriptedRequest {
  readonly request: PostRequest
  readonly #hearer: PostHearer
  isGivenUp = false

  constructor(request: PostRequest, hearer: PostHearer) {
    this.request = request
    this.#hearer = hearer
  }

  /** The frames in its body. */
  get frames(): readonly unknown[] {
    const lines = this.request.body.split('\n').filter((line) => line !== '')
    return lines.map((line): unknown => JSON.parse(line))
  }

  get isStream(): boolean {
    return this.request.headers['Accept'] === 'text/event-stream'
  }

  get query(): URLSearchParams {
    return new URL(this.request.url).searchParams
  }

  giveUp(): void {
    this.isGivenUp = true
  }

  /** Sends frames as a server does: as events of a stream, or as lines. */
  tell(...frames: readonly object[]): void {
    for (const frame of frames) {
      const text = JSON.stringify(frame)
      this.tellRaw(this.isStream ? `data: ${text}\n\n` : `${text}\n`)
    }
  }

  /** Sends a piece of text, whatever it is. */
  tellRaw(text: string): void {
    if (!this.isGivenUp) this.#hearer.onText(text)
  }

  /** The end of an answer that was under way when the request was given up. */
  endAnyway(): void {
    this.#hearer.onEnd({ status: 200 })
  }

  end(how: PostEnd = { status: 200 }): void {
    if (!this.isGivenUp) this.#hearer.onEnd(how)
  }
}
