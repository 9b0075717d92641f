import { benchToken } from '../../servers/serve.ts'
import type { Dialect, Greeting } from '../dialect.ts'
import { sampleEvent } from './sample-event.ts'

/** Tidewire's JSON protocol: the token as the first message, then one array of subscribes. */
export const tidewireDialect: Dialect = {
  isText: true,
  path: () => '/ws',
  greet,
  prefixBytes: 128,
  countEvents: countBatch,
  request: JSON.stringify({ type: 'publish', id: 1, channel: 'bench:0', payload: sampleEvent }),
}

/** The `count` of a batch, 1 for a single message, 0 for anything else. */
export function countBatch(bytes: Buffer, at: number): number {
  const kind = bytes[at + kindAt]
  if (kind === letterM) return 1
  if (kind !== letterB) return 0
  let digit = bytes.indexOf(countMark, at) + countMark.length
  let count = 0
  for (; isDigit(bytes[digit]); digit += 1) count = count * 10 + (bytes[digit] ?? 0) - zero
  if (count === 0) throw new Error('a batch does not begin with its type, channel and count')
  return count
}

function* greet(channels: readonly string[]): Greeting {
  let text = yield JSON.stringify({ type: 'auth', token: benchToken })
  while (!text.includes('"auth_ack"')) text = yield null
  if (channels.length === 0) return
  const frames = channels.map((channel, id) => ({ type: 'subscribe', id, channel }))
  let acks = 0
  text = yield JSON.stringify(frames)
  while (true) {
    if (text.includes('"type":"error"')) throw new Error(text)
    acks += text.split('"type":"ack"').length - 1
    if (acks === channels.length) return
    text = yield null
  }
}

const kindAt = '{"type":"'.length
const [letterM, letterB, zero] = Buffer.from('mb0') as unknown as [number, number, number]
const countMark = Buffer.from('"count":')

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= zero + 9
}
