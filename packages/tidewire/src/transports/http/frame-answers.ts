import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { AcceptLink, Handshake } from '../../core/ports/link.ts'
import type { SharedFrame } from '../../core/ports/shared-frame.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { utf8Length } from '../../protocol/utf8.ts'
import { Exchange, type ExchangeHearer, fullBytes } from './exchange.ts'
import { Patience } from './patience.ts'

/**
 * Says messages, and gathers what is said to them (P-074): a connection that
 * lives until every request was answered and, when it is to wait, until
 * something has come that nobody asked for.
 *
 * What comes after that is not lost to a client that says where it stands the
 * next time.
 */
export class FrameAnswers implements ExchangeHearer {
  readonly #options: FrameAnswersOptions
  readonly #onAnswer: (frames: readonly string[]) => void
  readonly #exchange = new Exchange(this)
  readonly #frames: string[] = []
  #heldBytes = 0
  #unanswered: number
  #hasNews = false
  readonly #patience: Patience
  #isPatient = true
  #cancelGathering: CancelTimer | null = null
  #isOver = false

  constructor(options: FrameAnswersOptions, onAnswer: (frames: readonly string[]) => void) {
    this.#options = options
    this.#onAnswer = onAnswer
    this.#unanswered = options.requests
    this.#patience = new Patience(options.wheel, () => this.#waitNoMore())
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  start(): void {
    const { accept, caller, messages, waitMs } = this.#options
    const transport = waitMs > 0 ? 'long-poll' : 'http'
    this.#waitAtMost(waitMs)
    this.#exchange.start(accept, { ...caller, transport })
    for (const message of messages) this.#exchange.sayText(message)
    this.#answerWhenComplete()
  }

  /** Its client has left: nothing is answered. */
  abandon(): void {
    this.#stop()
  }

  onFrame(frame: ServerFrame): void {
    if (this.#isOver) return
    this.#keep(JSON.stringify(frame))
    if (isAnswer(frame)) this.#unanswered -= 1
    this.#hasNews ||= isNews(frame)
    this.#waitAtMost(patienceAfter(frame))
    this.#answerWhenComplete()
  }

  onEvents({ data }: SharedFrame): void {
    if (this.#isOver) return
    this.#keep(utf8.decode(data))
    this.#hasNews = true
    this.#answerWhenComplete()
  }

  onClose(code: number, reason: string): void {
    if (this.#isOver) return
    this.#keep(JSON.stringify({ type: 'close', code, reason }))
    this.#answer()
  }

  #keep(frame: string): void {
    this.#frames.push(frame)
    this.#heldBytes += utf8Length(frame)
  }

  #answerWhenComplete(): void {
    if (this.#unanswered > 0 || this.#isOver) return
    if (!this.#isPatient || this.#heldBytes > fullBytes) return this.#answer()
    if (!this.#hasNews) return
    this.#cancelGathering ??= this.#options.clock.after(gatherMs, () => this.#answer())
  }

  #waitAtMost(patienceMs: number): void {
    if (patienceMs > 0) this.#patience.atMost(patienceMs)
    else this.#isPatient = false
  }

  #waitNoMore(): void {
    this.#isPatient = false
    this.#answerWhenComplete()
  }

  #answer(): void {
    this.#stop()
    this.#onAnswer(this.#frames)
  }

  #stop(): void {
    this.#isOver = true
    this.#patience.cancel()
    this.#cancelGathering?.()
    this.#exchange.end()
  }
}

export interface FrameAnswersOptions {
  /** What a client says, as it would over a WebSocket. */
  readonly messages: readonly string[]
  /** How many of the frames in them want an answer. */
  readonly requests: number
  /** How long to wait for more than answers, in ms from the beginning; 0 does not wait. */
  readonly waitMs: number
  readonly caller: Omit<Handshake, 'codec' | 'transport'>
  readonly accept: AcceptLink
  readonly clock: Clock
  /** Coarse timers. */
  readonly wheel: Clock
}

const utf8 = new TextDecoder()

// What is published in one go comes in one answer: a poll costs more than an event.
const gatherMs = 25

function isAnswer({ type }: ServerFrame): boolean {
  return type === 'ack' || type === 'result' || type === 'error' || type === 'auth_ack'
}

// That a subscription goes on where it stood is no news, nor that somebody is
// known, nor what only shortens the wait.
function isNews(frame: ServerFrame): boolean {
  if (frame.type === 'ack') return frame.recovered === false
  return !quiet.has(frame.type)
}

const quiet: ReadonlySet<ServerFrame['type']> = new Set([
  'connected',
  'auth_ack',
  'auth_expiring',
  'drain',
])

/** How long a client is still to be kept waiting after a frame, in ms. */
function patienceAfter(frame: ServerFrame): number {
  // It asks again, at another node, when it is its turn.
  if (frame.type === 'drain') return frame.reconnectAfterMs
  // Told at once it would be told again and again.
  return frame.type === 'auth_expiring' ? frame.inMs / 2 : Number.POSITIVE_INFINITY
}
