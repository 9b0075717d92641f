import { serveWriteOnly } from './write-only-server.ts'

/** One write per event and subscriber: the floor for servers that send events one by one. */
serveWriteOnly({ windowMs: 0 })
