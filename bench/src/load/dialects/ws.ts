import { eventBytes } from '../../servers/event.ts'
import { benchToken } from '../../servers/serve.ts'
import type { Dialect, Greeting } from '../dialect.ts'
import { sampleEvent } from './sample-event.ts'
import { countBatch } from './tidewire.ts'

/** The few lines of protocol of the raw `ws` server: one message opens, one event is one frame. */
export const wsDialect: Dialect = {
  isText: true,
  path: () => '/',
  greet,
  prefixBytes: 0,
  countEvents: (_bytes, _at, length) => (length === eventBytes ? 1 : 0),
  request: JSON.stringify({ id: 1, payload: sampleEvent }),
}

/** The same with several events in a message, which begins like a batch of Tidewire. */
export const wsBatchDialect: Dialect = { ...wsDialect, prefixBytes: 128, countEvents: countBatch }

// Two messages, as an application would: who one is, then what one wants.
function* greet(channels: readonly string[]): Greeting {
  yield JSON.stringify({ token: benchToken })
  if (channels.length > 0) yield JSON.stringify({ subscribe: channels })
}
