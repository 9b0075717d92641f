import { serveWriteOnly } from './write-only-server.ts'

/** One write per 20 ms and subscriber: the floor for servers that batch. */
serveWriteOnly({ windowMs: 20 })
