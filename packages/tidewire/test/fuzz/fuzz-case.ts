import { SeededRandom } from 'tidewire/testing'
import { clientStream } from './client-stream.ts'
import { handshakeBytes } from './handshake.ts'
import { httpRequests } from './http-requests.ts'
import { mutatedBytes } from './mutated-bytes.ts'

/**
 * One connection of the fuzzer: what it writes, in which pieces, and how it
 * ends. A case is a function of the seed and its number and of nothing else, so
 * that any of them can be run again alone.
 */
export interface FuzzCase {
  readonly index: number
  readonly steps: readonly Step[]
}

export type Step =
  | { readonly kind: 'write'; readonly bytes: Buffer }
  /** Lets the server work, and read what was written before as a piece of its own; ms. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Stops reading, so that the server's answers pile up. */
  | { readonly kind: 'deafen' }
  /** Says that nothing follows, and reads on. */
  | { readonly kind: 'end' }
  /** Ends the connection with a TCP reset. */
  | { readonly kind: 'reset' }

/** Where the server is attached; its API is at `/api` below each. See `hostile-server.ts`. */
export const endpoints = ['/open', '/strict', '/deflate', '/door'] as const

/** What is attacked: WebSocket, plain HTTP, or now this and now that. */
export type Surface = 'frames' | 'http' | 'all'

/** The case of a seed with this number. */
export function caseOf(seed: number, index: number, surface: Surface = 'all'): FuzzCase {
  const random = new SeededRandom(Math.imul(seed, 1_000_003) + index)
  const isHttp = surface === 'http' || (surface === 'all' && random.chance(0.3))
  const endpoint = random.pick(endpoints)
  const bytes = isHttp ? httpBytes(endpoint, random) : webSocketBytes(endpoint, random)
  const steps = [...pieces(bytes, random), ...ending(random)]
  if (random.chance(0.1)) steps.splice(random.integer(0, steps.length), 0, { kind: 'deafen' })
  return { index, steps }
}

function webSocketBytes(endpoint: string, random: SeededRandom): Buffer {
  const handshake = handshakeBytes(endpoint, random)
  const stream = clientStream(random)
  return Buffer.concat([handshake, random.chance(0.25) ? mutatedBytes(stream, random) : stream])
}

function httpBytes(endpoint: string, random: SeededRandom): Buffer {
  const requests = httpRequests(`${endpoint}/api`, random)
  return random.chance(0.15) ? mutatedBytes(requests, random) : requests
}

function pieces(bytes: Buffer, random: SeededRandom): Step[] {
  const count = random.pick([1, 1, 2, 3, 10])
  const cuts = Array.from({ length: count - 1 }, () => random.integer(0, bytes.length))
  const places = [0, ...cuts.sort((one, other) => one - other), bytes.length]
  return places
    .slice(1)
    .flatMap((end, index): Step[] => [
      { kind: 'write', bytes: bytes.subarray(places[index], end) },
      ...(index > 0 && random.chance(0.5) ? [{ kind: 'wait', ms: 1 } as const] : []),
    ])
}

// Long enough, now and then, for what the server gives up after a time.
function ending(random: SeededRandom): Step[] {
  const ms = random.chance(0.02) ? 400 : random.pick([0, 2, 5, 10, 20])
  const wait: Step = { kind: 'wait', ms }
  return random.pick<Step[]>([[wait], [wait, { kind: 'reset' }], [{ kind: 'end' }, wait]])
}

/** A case as text, to be read and to be run again: bytes as Latin-1. */
export function describeCase({ index, steps }: FuzzCase): string {
  const lines = steps.map((step) =>
    step.kind === 'write'
      ? `  write ${JSON.stringify(step.bytes.toString('latin1'))}`
      : `  ${step.kind}${step.kind === 'wait' ? ` ${step.ms} ms` : ''}`,
  )
  return [`case ${index}:`, ...lines].join('\n')
}
