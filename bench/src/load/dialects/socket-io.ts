import { eventBytes } from '../../servers/event.ts'
import { benchToken } from '../../servers/serve.ts'
import type { Dialect, Greeting } from '../dialect.ts'
import { sampleEvent } from './sample-event.ts'

/** Engine.IO 4 and Socket.IO 5 packets as text: `42[…]` is an event, `43<id>[…]` its ack. */
export const socketIoDialect: Dialect = {
  isText: true,
  path: () => '/socket.io/?EIO=4&transport=websocket',
  greet,
  prefixBytes: 0,
  countEvents: (_bytes, _at, length) => (length === eventPacketBytes ? 1 : 0),
  request: `421${JSON.stringify(['publish', sampleEvent])}`,
}

function* greet(channels: readonly string[]): Greeting {
  let text = yield null
  if (!text.startsWith('0')) throw new Error(`expected an open packet, not ${text}`)
  text = yield `40${JSON.stringify({ token: benchToken })}`
  if (!text.startsWith('40')) throw new Error(`expected to be connected, not ${text}`)
  if (channels.length === 0) return
  text = yield `420${JSON.stringify(['subscribe', channels])}`
  if (!text.startsWith('430')) throw new Error(`expected an ack, not ${text}`)
}

const eventPacketBytes = '42["event",]'.length + eventBytes
