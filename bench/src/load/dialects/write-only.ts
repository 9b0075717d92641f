import type { Dialect } from '../dialect.ts'
import { countBatch } from './tidewire.ts'

/** The write-only server: nothing to say, and Tidewire's batches to count. */
export const writeOnlyDialect: Dialect = {
  isText: true,
  path: () => '/',
  *greet() {
    // Ready at once.
  },
  prefixBytes: 128,
  countEvents: countBatch,
}
