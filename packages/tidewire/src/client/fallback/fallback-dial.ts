import type { Clock } from '../clock.ts'
import type { Dial, Link, LinkHandlers } from '../dial.ts'
import type { FallbackMemory } from './fallback-memory.ts'

/**
 * Tries ways to a server one after the other, the best first, until one of them
 * is answered: a WebSocket, and what gets through where that does not.
 *
 * Which way it was is remembered for a while. Then the link that is open asks its
 * client to come anew, as a server does that drains (P-061): so the best way is
 * tried again, and nothing is missed meanwhile.
 */
export function fallbackDial(options: FallbackDialOptions): Dial {
  const best: BestWay = { failures: surprisingFailures }
  return (url, protocols, handlers) => {
    const dial = (way: number, heard: LinkHandlers) => {
      try {
        return options.ways[way]?.(url, protocols, heard)
      } catch {
        // The platform has no such way, or forbids it.
        options.clock.after(0, () => heard.onClose(1006, ''))
        return { send: nothing, close: nothing }
      }
    }
    return new Attempt({ ...options, best, dial }, handlers)
  }
}

export interface FallbackDialOptions {
  /** The best first. */
  readonly ways: readonly Dial[]
  readonly clock: Clock
  readonly memory: FallbackMemory
  /** How long a way has until the server is heard, in ms. */
  readonly openTimeoutMs: number
  /** How long a way is taken again without trying a better one, in ms. */
  readonly rememberMs: number
}

/** What is known of the best way. */
interface BestWay {
  /** In a row since it has worked; as many as surprise when it never has. */
  failures: number
}

interface AttemptOptions extends FallbackDialOptions {
  readonly best: BestWay
  readonly dial: (way: number, handlers: LinkHandlers) => Link | undefined
}

/** One link, over whichever way is answered. */
class Attempt implements Link {
  readonly #options: AttemptOptions
  readonly #handlers: LinkHandlers
  #link: Link | undefined
  #cancelTimer: () => void = () => undefined

  constructor(options: AttemptOptions, handlers: LinkHandlers) {
    this.#options = options
    this.#handlers = handlers
    const way = options.memory.recall(options.clock.now())
    this.#open(options.ways[way] === undefined ? 0 : way)
  }

  send(text: string): void {
    this.#link?.send(text)
  }

  close(code: number, reason: string): void {
    this.#cancelTimer()
    this.#link?.close(code, reason)
    // How that one ends is no reason to try another.
    this.#options.clock.after(0, () => this.#end(code, reason))
    this.#link = undefined
  }

  #open(way: number): void {
    const { clock, dial, openTimeoutMs } = this.#options
    let isAnswered = false
    const link = dial(way, {
      onMessage: (data) => {
        if (link !== this.#link) return
        if (!isAnswered) this.#settle(way)
        isAnswered = true
        this.#handlers.onMessage(data)
      },
      onClose: (code, reason) => {
        if (link !== this.#link) return
        this.#cancelTimer()
        if (isAnswered || code !== 1006 || !this.#mayGoOn(way)) this.#end(code, reason)
        else this.#open(way + 1)
      },
    })
    this.#link = link
    this.#cancelTimer = clock.after(openTimeoutMs, () => {
      if (this.#mayGoOn(way)) this.#open(way + 1)
      else this.#end(1006, '')
      link?.close(1000, '')
    })
  }

  /** Whether the next way is worth a try after one was not answered. */
  #mayGoOn(way: number): boolean {
    const { best, memory, ways } = this.#options
    memory.remember(0, 0)
    if (way === 0) best.failures += 1
    // Where it has worked before, it is the server that is away.
    return best.failures > surprisingFailures && way + 1 < ways.length
  }

  #settle(way: number): void {
    const { best, clock, memory, rememberMs } = this.#options
    this.#cancelTimer()
    memory.remember(way, clock.now() + rememberMs)
    best.failures = way === 0 ? 0 : surprisingFailures
    if (way === 0) return
    this.#cancelTimer = clock.after(rememberMs, () => this.#handlers.onMessage(comeAnew))
  }

  #end(code: number, reason: string): void {
    this.#link = undefined
    this.#handlers.onClose(code, reason)
  }
}

const surprisingFailures = 2

const comeAnew = '{"type":"drain","reconnectAfterMs":0,"closeAfterMs":60000}'

function nothing(): void {
  // A way that there is not leads nowhere.
}
