import type { NewEvent } from '../../core/ports/broker.ts'
import { unitAt } from '../../protocol/unit-at.ts'

/** What a publish with the same key is compared by: the payload as it was sent. */
export function fingerprintOf({ sentJson, payloadJson }: NewEvent): number {
  return fingerprint(sentJson ?? payloadJson)
}

/**
 * A number that tells texts apart: 53 bits, the same for the same text.
 *
 * For telling whether a publish is the one it says it repeats, without keeping
 * its payload. No protection against somebody who looks for two texts with the
 * same number: that would only fool its own retries. (cyrb53, public domain.)
 */
export function fingerprint(text: string): number {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const unit = unitAt(text, index)
    low = Math.imul(low ^ unit, 2_654_435_761)
    high = Math.imul(high ^ unit, 1_597_334_677)
  }
  low = mixed(low, high)
  high = mixed(high, low)
  return 4_294_967_296 * (high & 0x1fffff) + (low >>> 0)
}

function mixed(word: number, other: number): number {
  return (
    Math.imul(word ^ (word >>> 16), 2_246_822_507) ^
    Math.imul(other ^ (other >>> 13), 3_266_489_909)
  )
}
