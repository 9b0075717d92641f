import type { ClientFrame, CloseFrame, ConnectedFrame, ServerFrame } from '../../protocol/frames.ts'
import { parseServerText } from '../../protocol/server-text.ts'
import type { Clock } from '../clock.ts'
import type { Link, LinkHandlers } from '../dial.ts'
import { handshakeRefusal } from '../handshake-refusal.ts'
import { FollowedChannels } from './followed-channels.ts'
import { lineReader } from './line-reader.ts'
import type { Post, PostEnd } from './post.ts'

/**
 * One link over plain HTTP (P-074): a request that stays and brings what the
 * server has to say, a stream or a poll, and short ones for what the client asks.
 *
 * The server keeps nothing from one request to the next, so the one that stays is
 * replaced whenever it has to ask for something else, and goes on where the one
 * before stood. What is asked of one channel the client asks one after the other:
 * the order of short requests does not matter.
 */
export class HttpLink implements Link {
  readonly #options: HttpLinkOptions
  readonly #handlers: LinkHandlers
  readonly #channels = new FollowedChannels()
  /** What says who this is; nothing as long as nobody has to. */
  #auth: readonly string[] = []
  /** What the client asks in this turn. */
  readonly #asked: string[] = []
  #askedSize = 0
  /** Gives up the request that stays. */
  #leave: () => void = () => undefined
  /** Answers the request that stays still owes; it is not replaced before it has given them. */
  #owed = 0
  #isStale = false
  #isAnnounced = false
  /** Whether the client waits to hear what became of its token. */
  #isTokenNew = false
  /** The request that stays is not silent for longer, as long as it lives. */
  #waitMs = maxWaitMs
  /** When it last said something, or began. */
  #heardAt = 0
  #wrongNodes = 0
  #isOver = false

  constructor(options: HttpLinkOptions, handlers: LinkHandlers) {
    this.#options = options
    this.#handlers = handlers
    this.#replaceSoon()
  }

  send(text: string): void {
    // It is the client's own: what it sends is JSON.
    const value = JSON.parse(text) as ClientFrame | readonly ClientFrame[]
    for (const frame of [value].flat()) this.#say(frame, JSON.stringify(frame))
  }

  close(code: number, reason: string): void {
    // What was asked before goes out all the same, as over a WebSocket.
    this.#end(code, reason)
  }

  #say(frame: ClientFrame, text: string): void {
    switch (frame.type) {
      case 'heartbeat':
        // Sooner than they come by themselves; when one is due anyway, that one counts.
        if (this.#silentMs < this.#waitMs) this.#ask([])
        return
      case 'auth':
        this.#auth = [text]
        this.#isTokenNew = true
        return this.#replaceSoon()
      case 'subscribe':
        this.#channels.follow(frame)
        return this.#replaceSoon()
      case 'unsubscribe':
        this.#channels.drop(frame.channel)
        this.#pass(JSON.stringify({ ...frame, type: 'ack' }))
        return this.#replaceSoon()
      case 'call':
        // It takes as long as it takes: nothing is to wait for its answer.
        return this.#ask([text])
      default:
        this.#askSoon(text)
    }
  }

  #askSoon(text: string): void {
    if (this.#askedSize + text.length > usualSize) this.#askAll()
    this.#askedSize += text.length
    // The first of a turn sends the others.
    if (this.#asked.push(text) === 1) this.#options.clock.after(0, () => this.#askAll())
  }

  #askAll(): void {
    const asked = this.#asked.splice(0)
    this.#askedSize = 0
    if (asked.length > 0) this.#ask(asked)
  }

  #ask(frames: readonly string[]): void {
    let unanswered = frames.length
    this.#post(
      { frames, accept: ndjson, waitMs: 0 },
      {
        onFrame: ({ type }, text) => {
          if (type !== 'ack' && type !== 'result' && type !== 'error') return
          unanswered -= 1
          this.#pass(text)
        },
        onEnd: (end) => {
          if (end.status !== 200 || unanswered > 0) return this.#lose(end)
          // Others get through, so it is dead alone: nobody else would notice.
          if (this.#silentMs > 2 * this.#waitMs) return this.#end(4010, '')
          this.#pass(signOfLife)
        },
      },
    )
  }

  /** How long the request that stays has said nothing. */
  get #silentMs(): number {
    return this.#options.clock.now() - this.#heardAt
  }

  // Once for everything that is said in one go.
  #replaceSoon(): void {
    if (!this.#isStale) this.#options.clock.after(0, () => this.#replace())
    this.#isStale = true
  }

  #replace(): void {
    if (!this.#isStale || this.#owed > 0 || this.#isOver) return
    this.#leave()
    this.#stay()
  }

  /** Sends the next request that stays. */
  #stay(): void {
    const { isStream } = this.#options
    const { frames, isAwaited } = this.#channels
    // What the client waits for is to be answered at once.
    const isUrgent = isStream || isAwaited || this.#isTokenNew || !this.#isAnnounced
    // A poll that waits gives its answers when it comes back.
    this.#owed = isUrgent ? frames.length + this.#auth.length : 0
    this.#isStale = false
    this.#heardAt = this.#options.clock.now()
    const leave = this.#post(
      {
        frames: frames.map((frame) => JSON.stringify(frame)),
        accept: isStream ? 'text/event-stream' : ndjson,
        waitMs: isUrgent ? 0 : this.#waitMs,
      },
      {
        // One that was left may still have had something to say: the next says it again.
        onFrame: (frame, text) => {
          if (leave === this.#leave) this.#hear(frame, text)
        },
        onEnd: (end) => {
          if (leave === this.#leave) this.#onLeft(end)
        },
      },
    )
    this.#leave = leave
  }

  #onLeft(end: PostEnd): void {
    if (this.#isAtTheWrongNode(end)) return this.#stay()
    if (end.status !== 200 || this.#options.isStream || this.#owed > 0) return this.#lose(end)
    this.#stay()
    // A poll that has come back is a sign of life.
    this.#pass(signOfLife)
  }

  // A platform keeps connections open, and one of them may lead to a node that is
  // leaving (P-061). It says so, and closes that connection.
  #isAtTheWrongNode({ status }: PostEnd): boolean {
    if (status !== 503 || !this.#isAnnounced) return false
    this.#wrongNodes += 1
    return this.#wrongNodes <= maxWrongNodes
  }

  #hear(frame: ServerFrame, text: string): void {
    this.#wrongNodes = 0
    this.#heardAt = this.#options.clock.now()
    const { type } = frame
    if (type === 'connected') return this.#announce(frame, text)
    // The next poll finds another node by itself.
    if (type === 'drain' && !this.#options.isStream) return
    if (this.#owed > 0 && (type === 'ack' || type === 'error' || type === 'auth_ack')) {
      this.#owed -= 1
    }
    if (type === 'auth_ack') this.#takeAuthAck(text)
    else this.#passHeard(frame, text)
    this.#replace()
  }

  /** To the client, one link is one connection. */
  #announce({ heartbeatMs }: ConnectedFrame, text: string): void {
    if (heartbeatMs > 0) this.#waitMs = Math.min(maxWaitMs, heartbeatMs)
    if (!this.#isAnnounced) this.#pass(text)
    this.#isAnnounced = true
  }

  #takeAuthAck(text: string): void {
    if (this.#isTokenNew) this.#pass(text)
    this.#isTokenNew = false
  }

  #passHeard(frame: ServerFrame, text: string): void {
    const heard = this.#channels.take(frame)
    if (heard === 'lost') this.#end(1006, '')
    else if (heard !== null) this.#pass(heard === frame ? text : JSON.stringify(heard))
  }

  #post({ frames, accept, waitMs }: Sending, { onFrame, onEnd }: FrameHearer): () => void {
    const { post, headers, url } = this.#options
    const onLine = (line: string) => {
      const text = line.replace(/^data: /, '')
      const frame = frameIn(text)
      if (frame === null) return
      if (frame.type === 'close') this.#end(frame.code, frame.reason)
      else onFrame(frame, text)
    }
    const lines = lineReader(onLine)
    // Who is in already is let in first when the server is busy.
    const query = `waitMs=${waitMs}${this.#isAnnounced ? '&resume=1' : ''}`
    return post(
      {
        url: `${url}${url.includes('?') ? '&' : '?'}${query}`,
        body: [...this.#auth, ...frames].join('\n'),
        headers: { ...headers, Accept: accept, 'Content-Type': ndjson },
      },
      {
        onText: lines.take,
        onEnd(end) {
          lines.end()
          onEnd(end)
        },
      },
    )
  }

  #pass(text: string): void {
    if (!this.#isOver) this.#handlers.onMessage(text)
  }

  // An answer that has ended too soon is a lost connection, too.
  #lose({ status, retryAfter }: PostEnd): void {
    const { code, reason } = handshakeRefusal(status, retryAfter)
    this.#end(code, reason)
  }

  #end(code: number, reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#leave()
    this.#options.clock.after(0, () => this.#handlers.onClose(code, reason))
  }
}

export interface HttpLinkOptions {
  readonly post: Post
  readonly clock: Clock
  /** Where the server takes frames. */
  readonly url: string
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether the request that stays is a stream; else it is a poll. */
  readonly isStream: boolean
}

interface Sending {
  readonly frames: readonly string[]
  readonly accept: string
  /** How long the server may wait with its answer. */
  readonly waitMs: number
}

interface FrameHearer {
  onFrame(frame: ServerFrame, text: string): void
  onEnd(end: PostEnd): void
}

function frameIn(text: string): ServerFrame | CloseFrame | null {
  try {
    return parseServerText(text)
  } catch {
    // An empty line, a comment, or half of a line.
    return null
  }
}

const ndjson = 'application/x-ndjson'

const signOfLife = '{"type":"heartbeat","time":0}'

/** In a row; beyond it the server is away, or busy. */
const maxWrongNodes = 3

/** Proxies cut what is silent for longer. */
const maxWaitMs = 25_000

/** Characters of one request, which has room for more than this in bytes. */
const usualSize = 16_000
