import type { SeededRandom } from 'tidewire/testing'
import { announcedFrame, clientFrame, closeBody, opcodes } from '../support/client-frame.ts'
import { noise } from './hostile-values.ts'
import { mutatedFrame } from './mutated-frame.ts'

/** What a client sends after its handshake: messages as WebSocket frames, mostly well-formed. */
export function clientStream(random: SeededRandom): Buffer {
  const count = random.pick([0, 1, 1, 3, 8, 20, 60])
  return Buffer.concat(Array.from({ length: count }, () => part(random)))
}

function part(random: SeededRandom): Buffer {
  const kind = random.integer(0, 99)
  if (kind < 70) return clientFrame(mutatedFrame(random))
  if (kind < 80) return fragmented(Buffer.from(mutatedFrame(random)), random)
  if (kind < 88) return control(random)
  if (kind < 92) return clientFrame(noise(random, 60))
  if (kind < 96) return oddlyShaped(random)
  return random.pick([
    announcedFrame(random.pick([0, 125, 126, 65_536, 65_537, 2 ** 31, 2 ** 40])),
    clientFrame(noise(random, 100), { reserved: 0b100 }),
    clientFrame(mutatedFrame(random), { opcode: opcodes.binary }),
  ])
}

/** A message in pieces, cut anywhere, inside code points too, with control frames between them. */
function fragmented(message: Buffer, random: SeededRandom): Buffer {
  const size = random.pick([1, 7, 100])
  const parts: Buffer[] = []
  for (let at = 0; at < message.length && parts.length < 300; at += size) {
    const opcode = at === 0 ? opcodes.text : opcodes.continuation
    const isFinal = at + size >= message.length && random.chance(0.95)
    parts.push(clientFrame(message.subarray(at, at + size), { opcode, isFinal }))
    if (random.chance(0.05)) parts.push(control(random))
  }
  return Buffer.concat(parts)
}

function control(random: SeededRandom): Buffer {
  const body = random.chance(0.5) ? noise(random, 125) : Buffer.alloc(0)
  const kind = random.integer(0, 9)
  if (kind < 4) return clientFrame(body, { opcode: opcodes.ping })
  if (kind < 8) return clientFrame(body, { opcode: opcodes.pong })
  const code = random.pick([0, 999, 1000, 1001, 1005, 1006, 1015, 3000, 4999, 5000, 65_535])
  const payload = random.pick([closeBody(code), Buffer.concat([closeBody(code), body]), body])
  return clientFrame(payload.subarray(0, 125), { opcode: opcodes.close })
}

function oddlyShaped(random: SeededRandom): Buffer {
  return clientFrame(random.chance(0.5) ? mutatedFrame(random) : noise(random, 200), {
    opcode: random.integer(0, 15),
    isFinal: random.chance(0.6),
    reserved: random.pick([0, 0, 1, 2, 4, 7]),
    isMasked: random.chance(0.7),
  })
}
