import { eventBytes } from '../../servers/event.ts'
import type { Dialect } from '../dialect.ts'

/** Nchan: the path names the one channel, one event is one frame. */
export const nchanDialect: Dialect = {
  isText: true,
  path: ([channel = '']) => `/subscribe/${channel}`,
  *greet() {
    // Ready at once.
  },
  prefixBytes: 0,
  countEvents: (_bytes, _at, length) => (length === eventBytes ? 1 : 0),
}
