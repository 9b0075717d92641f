import { chunkBytes } from './frames.ts'
import type { ChannelLog, LogEntry } from './log.ts'
import type { NewestValues } from './newest-values.ts'
import type { DeliveryPolicy } from './options.ts'

/**
 * What a reader that is not in step gets next, by the policy of its channel.
 * Pure: one function a policy, the channel's state in, one step out.
 */
type Step =
  /** These events; the reader has then been served up to `upTo`. */
  | { readonly kind: 'events'; readonly entries: readonly LogEntry[]; readonly upTo: number }
  /** Nothing up to `upTo`: to be told as a gap. */
  | { readonly kind: 'skip'; readonly upTo: number }
  /** The log does not reach back so far: read the broker's history. */
  | { readonly kind: 'read-history' }

/** What a policy looks at. */
export interface ChannelState {
  readonly log: ChannelLog
  /** Kept on `latest` channels only. */
  readonly newest: NewestValues
}

/** The next step of a reader that was served up to `after`, which is before the log's flushed sequence. */
export type Policy = (channel: ChannelState, after: number) => Step

/** Every event, in chunks that a slow reader can take. */
export const everyEvent: Policy = ({ log }, after) => {
  const entries = log.read(after, chunkBytes)
  if (entries === null) return { kind: 'read-history' }
  return { kind: 'events', entries, upTo: entries.at(-1)?.sequence ?? after }
}

const newestValues: Policy = ({ log, newest }, after) => {
  const entries = newest.after(after).filter((entry) => entry.sequence <= log.flushed)
  let bytes = 0
  const chunk = entries.filter((entry) => {
    bytes += entry.bytes
    return bytes - entry.bytes < chunkBytes
  })
  // Past the last value there is nothing left to skip over one by one.
  const upTo = chunk.length < entries.length ? chunk.at(-1)?.sequence : log.flushed
  return { kind: 'events', entries: chunk, upTo: upTo ?? log.flushed }
}

const skipToTip: Policy = ({ log }) => ({ kind: 'skip', upTo: log.flushed })

/** The policies by name. */
export const policies: Readonly<Record<DeliveryPolicy, Policy>> = {
  every: everyEvent,
  disconnect: everyEvent,
  latest: newestValues,
  drop: skipToTip,
}
