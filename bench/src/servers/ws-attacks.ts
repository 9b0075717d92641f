import { makeAttack } from './attack-event.ts'
import { serveWsInBatches } from './ws-server.ts'

/** Attacks in batches by hand, as a careful program would send them. */
serveWsInBatches({ windowMs: 100, makeEvent: makeAttack, deflates: true })
