import { makeAttack } from './attack-event.ts'
import { serveTidewire } from './tidewire-server.ts'

/** The attack map's public channel; who offers to inflate gets it deflated. */
serveTidewire({
  channel: { history: { size: 2_000, ttlMs: 600_000 }, windowMs: 100, maxEvents: 50 },
  deflates: true,
  makeEvent: makeAttack,
})
