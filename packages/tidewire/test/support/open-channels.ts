import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import type { AuthOptions } from '../../src/node/options.ts'

/**
 * The channels and people most tests use: one pattern for each thing a rule can
 * depend on.
 */
export const openChannels = {
  /** Anyone reads and writes; nothing is kept. */
  'room:{name}': { subscribe: 'anyone', publish: 'anyone' },
  /** Anyone reads and writes; 100 events are kept. */
  'log:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 100 } },
  /** The same, with room for three. */
  'short:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 3 } },
  /** Known users read and write. */
  'members:{name}': { subscribe: 'authenticated', publish: 'authenticated', history: { size: 10 } },
  /** Anyone reads, only the server writes. */
  news: { subscribe: 'anyone' },
  /** Nobody but the server. */
  secret: { subscribe: 'nobody', history: { size: 10 } },
} as const satisfies ChannelDeclarations

/** Takes `token of <name>` for the user of that name and refuses everything else. */
export const namedUsers = {
  verify(token) {
    const name = /^token of (\w+)$/.exec(token)?.[1]
    return name === undefined ? null : { userId: name }
  },
} as const satisfies AuthOptions
