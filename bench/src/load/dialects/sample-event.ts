import { makeEvent } from '../../servers/event.ts'

/** What clients publish: as large as what servers do. */
export const sampleEvent = makeEvent(0, 0)
