import { eventBytes } from '../../servers/event.ts'
import type { Dialect, Greeting } from '../dialect.ts'

/**
 * NATS over WebSocket: its text protocol in binary frames that end anywhere, so
 * events are counted by their bytes. For channels with names of one length.
 */
export const natsDialect: Dialect = {
  isText: false,
  path: () => '/',
  greet,
  prefixBytes: 0,
  countEvents: (_bytes, _at, length) => length / recordBytes,
}

function* greet(channels: readonly string[]): Greeting {
  const subscribes = channels.map((channel, sid) => `SUB ${channel} ${sid + 1}\r\n`).join('')
  const options = JSON.stringify({ verbose: false, pedantic: false, lang: 'bench', version: '1' })
  let text = yield null
  if (!text.startsWith('INFO')) throw new Error(`expected INFO, not ${text}`)
  text = yield `CONNECT ${options}\r\n${subscribes}PING\r\n`
  while (!text.includes('PONG')) text = yield null
}

const recordBytes = `MSG bench:0 1 ${eventBytes}\r\n\r\n`.length + eventBytes
