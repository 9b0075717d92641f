import { serveTidewire } from './tidewire-server.ts'

/** With history: every event has an offset and is kept for readers that come back. */
serveTidewire({ channel: { history: { size: 1_000 } } })
