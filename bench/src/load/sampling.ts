import { monotonicUs } from '../harness/monotonic.ts'
import { numberBase, stampBase } from '../servers/event.ts'
import type { Dialect } from './dialect.ts'
import type { Tally } from './tally.ts'

/**
 * Looks at every event one connection gets: how long it took, and whether its
 * number follows the one before. Finds events by their fixed-width fields, so a
 * sampled connection costs little more than the others.
 */
export class Sampler {
  readonly #dialect: Dialect
  readonly #tally: Tally
  /** Numbers follow each other only on one channel. */
  readonly #checksOrder: boolean
  #last = 0

  constructor(dialect: Dialect, tally: Tally, checksOrder: boolean) {
    this.#dialect = dialect
    this.#tally = tally
    this.#checksOrder = checksOrder
  }

  /** Takes a frame's payload. */
  look(payload: Buffer): void {
    const now = monotonicUs() + stampBase
    const counted = this.#dialect.countEvents(payload, 0, payload.length)
    this.#tally.events += counted
    this.#tally.countedBySampled += counted
    this.#tally.frames += 1
    this.#tally.sampledFrames += 1
    eachEvent(payload, (at, seq) => {
      this.#tally.found += 1
      this.#tally.latency.record(now - at)
      if (this.#checksOrder) this.#follow(seq - numberBase)
    })
  }

  #follow(number: number): void {
    if (this.#last !== 0 && number <= this.#last) this.#tally.disordered += 1
    else if (this.#last !== 0) this.#tally.missed += number - this.#last - 1
    this.#last = Math.max(number, this.#last)
  }
}

/** Finds the events in a frame's payload, without parsing it: their `at` and `seq`, in order. */
export function eachEvent(payload: Buffer, take: (at: number, seq: number) => void): void {
  let mark = payload.indexOf(atMark)
  while (mark !== -1) {
    const stamp = mark + atMark.length
    const number = stamp + stampDigits + seqMark.length
    take(digits(payload, stamp, stampDigits), digits(payload, number, numberDigits))
    mark = payload.indexOf(atMark, number)
  }
}

const atMark = Buffer.from('"at":')
const seqMark = ',"seq":'
const stampDigits = `${stampBase}`.length
const numberDigits = `${numberBase}`.length

function digits(bytes: Buffer, at: number, count: number): number {
  let value = 0
  for (let index = at; index < at + count; index += 1) {
    value = value * 10 + ((bytes[index] ?? zero) - zero)
  }
  return value
}

const zero = 0x30
