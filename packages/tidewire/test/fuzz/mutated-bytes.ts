import type { SeededRandom } from 'tidewire/testing'
import { noise } from './hostile-values.ts'

/** Bytes with some of them changed, lost, doubled or put in; no knowledge of what they mean. */
export function mutatedBytes(bytes: Buffer, random: SeededRandom): Buffer {
  let mutated = bytes
  for (let count = random.pick([1, 1, 2, 5]); count > 0; count -= 1) {
    mutated = random.pick(mutations)(mutated, random)
  }
  return mutated
}

type Mutation = (bytes: Buffer, random: SeededRandom) => Buffer

const mutations: readonly Mutation[] = [
  flipBits,
  (bytes, random) => bytes.subarray(0, placeIn(bytes, random)),
  (bytes, random) => bytes.subarray(placeIn(bytes, random)),
  (bytes, random) => replaced(bytes, random, Buffer.alloc(0)),
  (bytes, random) => replaced(bytes, random, noise(random, 40)),
  (bytes, random) => replaced(bytes, random, Buffer.alloc(random.integer(1, 40), 0xff)),
  // Frames into frames, at places that are no boundary of either.
  (bytes, random) =>
    replaced(bytes, random, bytes.subarray(placeIn(bytes, random)).subarray(0, 200)),
]

function flipBits(bytes: Buffer, random: SeededRandom): Buffer {
  const flipped = Buffer.from(bytes)
  for (let count = random.integer(1, 8); count > 0 && flipped.length > 0; count -= 1) {
    const at = random.integer(0, flipped.length - 1)
    flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << random.integer(0, 7)), at)
  }
  return flipped
}

function replaced(bytes: Buffer, random: SeededRandom, by: Buffer): Buffer {
  const at = placeIn(bytes, random)
  const end = at + random.pick([0, 1, 4, 30])
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(end)])
}

// Headers are where bytes mean most, and they are at the beginning.
function placeIn(bytes: Buffer, random: SeededRandom): number {
  return random.integer(0, random.chance(0.3) ? Math.min(16, bytes.length) : bytes.length)
}
