/**
 * Keeps the publishes of one connection to one channel in the order they came,
 * while one of them waits for the application: a permission, a schema.
 *
 * What is decided in the turn it arrived in, with nothing before it, does not
 * come here and costs nothing. What waits is bounded: beyond a few the
 * connection is read from no more until some of them are gone.
 */
export class PublishOrder {
  readonly #intake: Intake
  // Hardly any connection ever needs one.
  #last: Map<string, Promise<void>> | null = null
  #waiting = 0

  constructor(intake: Intake) {
    this.#intake = intake
  }

  /** Whether a publish to this channel has others before it. */
  isWaiting(channel: string): boolean {
    return this.#last?.has(channel) === true
  }

  /**
   * Calls `handOn` when `ready` has settled and everything that came before it
   * has been handed on. What follows waits for the call, not for its promise.
   *
   * @throws what `ready` rejects with, in its turn, and what `handOn` does.
   */
  async inTurn<TReady>(
    channel: string,
    ready: Promise<TReady>,
    handOn: (ready: TReady) => Promise<void> | void,
  ): Promise<void> {
    const last = (this.#last ??= new Map<string, Promise<void>>())
    const turn = this.#turnAfter(last.get(channel), ready)
    const handed = turn.then((answer) => ({ outcome: handOn(answer) }))
    const gone = handed.then(ignore, ignore).then(() => this.#leave(channel, gone))
    last.set(channel, gone)
    this.#enter()
    await (await handed).outcome
  }
}
