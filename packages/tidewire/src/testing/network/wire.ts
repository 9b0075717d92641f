import type { CancelTimer, Clock } from '../../core/ports/clock.ts'

/**
 * One direction of a link: what is put in comes out later, whole and in order,
 * or not at all.
 *
 * A parcel waits at the sender until the wire has taken all its bytes, at the
 * rate the reader sets, and then travels. Only what waits is the sender's
 * concern: it is what `bufferedBytes` counts.
 */
export class Wire {
  readonly #clock: Clock
  readonly #options: WireOptions
  readonly #waiting: Parcel[] = []
  readonly #travelling: Travelling[] = []
  #bufferedBytes = 0
  #peakBytes = 0
  #wasCongested = false
  #isCorked = false
  #state: 'open' | 'breaking' | 'severed' | 'ended' = 'open'
  #bytesPerSecond: number
  #bytesUntilBreak = Number.POSITIVE_INFINITY
  #lastArrivalAt = 0
  #cancelTaking: CancelTimer | null = null
  #cancelArrival: CancelTimer | null = null

  constructor(clock: Clock, options: WireOptions) {
    this.#clock = clock
    this.#options = options
    this.#bytesPerSecond = options.bytesPerSecond
  }

  /** Bytes the wire has not taken from the sender. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** The most that ever waited. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  get isCongested(): boolean {
    return this.#bufferedBytes >= this.#options.congestedBytes
  }

  put(parcel: Parcel): void {
    if (this.#state === 'ended') return
    this.#waiting.push(parcel)
    this.#bufferedBytes += parcel.bytes
    this.#takeNext()
    this.#peakBytes = Math.max(this.#peakBytes, this.#bufferedBytes)
    this.#wasCongested ||= this.isCongested
  }

  /** Holds back what is put in until `uncork`. */
  cork(): void {
    this.#isCorked = true
  }

  uncork(): void {
    this.#isCorked = false
    this.#takeNext()
  }

  /** Changes how fast the reader reads, from the next parcel on and for the one that is being taken. */
  setSpeed(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond
    this.#cancelTaking?.()
    this.#cancelTaking = null
    this.#takeNext()
  }

  /** Breaks once so many more bytes have been taken: a parcel that is not among them whole never arrives. */
  breakAfter(bytes: number): void {
    this.#bytesUntilBreak = bytes
  }

  /** Nothing arrives any more, and nothing more is taken: the sender only sees that its bytes stay. */
  sever(): void {
    if (this.#state !== 'ended') this.#state = 'severed'
    this.#stop()
  }

  /** Lets go of everything. */
  end(): void {
    this.#state = 'ended'
    this.#stop()
    this.#waiting.length = 0
    this.#bufferedBytes = 0
  }

  #stop(): void {
    this.#cancelTaking?.()
    this.#cancelArrival?.()
    this.#cancelTaking = null
    this.#cancelArrival = null
    this.#travelling.length = 0
  }

  #takeNext(): void {
    while (this.#canTake()) {
      const next = this.#waiting[0]
      if (next === undefined) return
      if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) this.#take(next)
      else {
        const takesMs = Math.ceil((next.bytes * 1_000) / this.#bytesPerSecond)
        this.#cancelTaking = this.#clock.after(takesMs, () => this.#taken(next))
      }
    }
  }

  #canTake(): boolean {
    const isReading = this.#state === 'open' && this.#bytesPerSecond > 0
    return isReading && !this.#isCorked && this.#cancelTaking === null
  }

  #taken(parcel: Parcel): void {
    this.#cancelTaking = null
    this.#take(parcel)
    this.#takeNext()
  }

  #take(parcel: Parcel): void {
    this.#waiting.shift()
    this.#bufferedBytes -= parcel.bytes
    this.#bytesUntilBreak -= parcel.bytes
    // What was taken before arrives; in the place of this one comes the break.
    if (this.#bytesUntilBreak < 0) this.#state = 'breaking'
    this.#send(this.#state === 'breaking' ? { bytes: 0, arrive: this.#options.onBreak } : parcel)
    if (this.#wasCongested && !this.isCongested) this.#tellDrain()
  }

  #send(parcel: Parcel): void {
    const { latencyMs, drawJitterMs } = this.#options
    const arrivesAt = this.#clock.now() + latencyMs + drawJitterMs()
    // What was sent later never arrives sooner.
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, arrivesAt)
    this.#travelling.push({ parcel, arrivesAt: this.#lastArrivalAt })
    this.#awaitArrival()
  }

  #awaitArrival(): void {
    const [first] = this.#travelling
    if (first === undefined || this.#cancelArrival !== null) return
    const inMs = first.arrivesAt - this.#clock.now()
    this.#cancelArrival = this.#clock.after(inMs, () => this.#arrive())
  }

  // What has arrived by now comes in one turn, as from one read of a socket.
  #arrive(): void {
    const now = this.#clock.now()
    for (let [first] = this.#travelling; first !== undefined; [first] = this.#travelling) {
      if (first.arrivesAt > now) break
      this.#travelling.shift()
      first.parcel.arrive()
    }
    this.#cancelArrival = null
    this.#awaitArrival()
  }

  #tellDrain(): void {
    this.#wasCongested = false
    this.#clock.soon(() => {
      if (this.#state === 'open' && !this.isCongested) this.#options.onDrain()
    })
  }
}

/** Something on its way. */
export interface Parcel {
  readonly bytes: number
  /** It is there, whole. */
  readonly arrive: () => void
}

export interface WireOptions {
  /** How long the way is, ms. */
  readonly latencyMs: number
  /** Draws what comes on top of the latency, ms. */
  readonly drawJitterMs: () => number
  /** How fast the reader reads; Infinity takes everything at once, 0 nothing. */
  readonly bytesPerSecond: number
  /** From so many waiting bytes on the wire is congested. */
  readonly congestedBytes: number
  /** It was congested and is not any more. */
  readonly onDrain: () => void
  /** It broke where `breakAfter` said, and all that was taken before has arrived. */
  readonly onBreak: () => void
}

interface Travelling {
  readonly parcel: Parcel
  readonly arrivesAt: number
}
