import type { Dialect } from '../dialect.ts'
import { natsDialect } from './nats.ts'
import { nchanDialect } from './nchan.ts'
import { socketIoDialect } from './socket-io.ts'
import { tidewireDialect } from './tidewire.ts'
import { writeOnlyDialect } from './write-only.ts'
import { wsBatchDialect, wsDialect } from './ws.ts'

/** The dialects, by the name the runner uses for them. */
export const dialects = {
  tidewire: tidewireDialect,
  ws: wsDialect,
  'ws-batch': wsBatchDialect,
  'socket.io': socketIoDialect,
  'write-only': writeOnlyDialect,
  nats: natsDialect,
  nchan: nchanDialect,
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects
