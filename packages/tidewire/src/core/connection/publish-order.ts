/**
 * Keeps the publishes of one connection to one channel in the order they came,
 * while one of them waits: for the application, or for a subscribe before it.
 *
 * What is decided in the turn it arrived in, with nothing before it, does not
 * come here and costs nothing. What waits is bounded: beyond a few the
 * connection is read from no more until some of them are gone.
 */
export class PublishOrder {
  readonly #connection: Pausable
  // Hardly any connection ever needs one.
  #last: Map<string, Promise<void>> | null = null
  #waiting = 0

  constructor(connection: Pausable) {
    this.#connection = connection
  }

  /** Whether a publish to this channel has others before it. */
  isWaiting(channel: string): boolean {
    return this.#last?.has(channel) === true
  }

  /** Lines up behind what waits on this channel; `end` has to be called, whatever happens. */
  enter(channel: string): PublishTurn {
    this.#last ??= new Map()
    const begins = this.#last.get(channel) ?? Promise.resolve()
    let leave = (): void => undefined
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    // One may end before its turn: those behind it still wait for those before it.
    const gone: Promise<void> = begins.then(() => left).then(() => this.#forget(channel, gone))
    this.#last.set(channel, gone)
    this.#count()
    const end = () => {
      leave()
      this.#discount()
    }
    return { begins, end }
  }

  #forget(channel: string, gone: Promise<void>): void {
    if (this.#last?.get(channel) === gone) this.#last.delete(channel)
  }

  #count(): void {
    this.#waiting += 1
    if (this.#waiting === maxWaiting) this.#connection.pauseReading()
  }

  #discount(): void {
    this.#waiting -= 1
    if (this.#waiting === maxWaiting - 1) this.#connection.resumeReading()
  }
}

/** The turn of one publish. */
export interface PublishTurn {
  /** Resolves when everything that came before has been handed to the broker, or refused. */
  readonly begins: Promise<void>
  /** Lets the next one have its turn. */
  end(): void
}

/** A connection that need not be read from for a while. */
export interface Pausable {
  /** Asks the network to hold back what comes; as often as this, `resumeReading` has to follow. */
  pauseReading(): void
  resumeReading(): void
}

const maxWaiting = 64
