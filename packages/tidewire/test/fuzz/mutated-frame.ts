import type { SeededRandom } from 'tidewire/testing'
import { hostileChannels, hostileJson, openNames, tokens } from './hostile-values.ts'

/**
 * The text of a message that a client might send, more or less: a valid frame
 * of every type with some of its fields taken out, put in or replaced, alone or
 * in an array, and now and then damaged as text.
 */
export function mutatedFrame(random: SeededRandom): string {
  const text = random.chance(0.15) ? frameArray(random) : frameText(random)
  return random.chance(0.2) ? damaged(text, random) : text
}

/** A frame's fields, each as JSON text. */
type Fields = Map<string, string>

function frameArray(random: SeededRandom): string {
  const count = random.pick([0, 1, 2, 5, 20, 64, 65, 200])
  return `[${Array.from({ length: count }, () => frameText(random)).join(',')}]`
}

function frameText(random: SeededRandom): string {
  if (random.chance(0.03)) return random.pick(hostileJson)
  const fields = random.pick(validFrames)(random)
  for (let count = random.pick([0, 0, 1, 1, 2, 4]); count > 0; count -= 1) mutate(fields, random)
  const entries = [...fields].map(([name, json]) => `${JSON.stringify(name)}:${json}`)
  // A name twice: which one counts, and is the other one let through?
  if (random.chance(0.05)) entries.push(random.pick([...entries, '"type":"auth"']))
  return `{${entries.join(',')}}`
}

function mutate(fields: Fields, random: SeededRandom): void {
  const name = random.pick([...fields.keys(), '__proto__', 'id', 'since', 'extra', ''])
  const change = random.integer(0, 9)
  if (change < 2) fields.delete(name)
  else if (change < 8) fields.set(name, hostileFor(name, random))
  else fields.set(random.pick(fieldNames), hostileFor(name, random))
}

function hostileFor(name: string, random: SeededRandom): string {
  if (random.chance(0.5)) return random.pick(hostileJson)
  if (name === 'channel') return JSON.stringify(random.pick(hostileChannels))
  if (name === 'token') return JSON.stringify(random.pick(tokens))
  return name === 'type' ? JSON.stringify(random.pick(strangeTypes)) : random.pick(hostileJson)
}

const fieldNames = ['id', 'type', 'channel', 'payload', 'since', 'last', 'token', 'key', 'method']
const strangeTypes = ['ack', 'connected', 'message', 'Auth', 'publish ', 'presence', 'drain', '']

const validFrames: readonly ((random: SeededRandom) => Fields)[] = [
  (random) => frame('auth', { id: idOf(random), token: random.pick(tokens) }),
  (random) =>
    frame('subscribe', {
      id: idOf(random),
      channel: channelOf(random),
      ...(random.chance(0.4) && { since: { epoch: 'e', offset: random.integer(0, 50) } }),
      ...(random.chance(0.4) && { last: random.integer(0, 2_000) }),
    }),
  (random) => frame('unsubscribe', { id: idOf(random), channel: channelOf(random) }),
  (random) =>
    frame('publish', {
      channel: channelOf(random),
      payload: { text: 'x'.repeat(random.pick([0, 10, 100, 10_000])) },
      ...(random.chance(0.7) && { id: idOf(random) }),
      ...(random.chance(0.3) && { key: `k${random.integer(0, 50)}` }),
      ...(random.chance(0.3) && { echo: random.chance(0.5) }),
    }),
  (random) =>
    frame('call', { id: idOf(random), method: random.pick(methods), payload: [1, { a: 2 }] }),
  (random) =>
    frame('history', {
      id: idOf(random),
      channel: channelOf(random),
      ...(random.chance(0.4) && { after: random.integer(0, 50) }),
      ...(random.chance(0.4) && { before: random.integer(0, 50) }),
      ...(random.chance(0.4) && { limit: random.pick([0, 1, 100, 5_000]) }),
    }),
  () => frame('heartbeat', {}),
]

const methods = ['echo', 'throws', 'rejects', 'never', 'circle', 'nowhere', '__proto__']

function frame(type: string, fields: Readonly<Record<string, unknown>>): Fields {
  const entries = Object.entries({ type, ...fields })
  return new Map(entries.map(([name, value]) => [name, JSON.stringify(value)]))
}

function channelOf(random: SeededRandom): string {
  return random.chance(0.85) ? random.pick(openNames) : random.pick(hostileChannels)
}

// From few, so that some are in use by a request that is still open.
function idOf(random: SeededRandom): number | string {
  return random.chance(0.8) ? random.integer(0, 20) : `id ${random.integer(0, 5)}`
}

function damaged(text: string, random: SeededRandom): string {
  const at = random.integer(0, text.length)
  const end = Math.min(text.length, at + random.integer(1, 10))
  switch (random.integer(0, 4)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(end)
    case 2:
      return text.slice(0, at) + random.pick(insertions) + text.slice(at)
    case 3:
      return text.slice(0, at) + text.slice(at, end).repeat(random.pick([2, 50])) + text.slice(end)
    default:
      return random.pick(['\uFEFF', '{}', ' ', '[']) + text
  }
}

const insertions = ['"', '\\', '{', '}', '[', ']', ',', ':', '\u0000', '\n', 'NaN', '1e', '\\u12']
