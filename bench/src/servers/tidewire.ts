import { serveTidewire } from './tidewire-server.ts'

/** Without history: at most once, the way the peers deliver. */
serveTidewire({})
