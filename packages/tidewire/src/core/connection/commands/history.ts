import type { EventFields, HistoryFrame } from '../../../protocol/frames.ts'
import type { BrokerEvent, HistoryQuery } from '../../ports/broker.ts'
import { isPermitted } from '../is-permitted.ts'
import { refuseForbidden } from '../refuse-forbidden.ts'
import type { Caller } from './command.ts'

const defaultLimit = 100
const maxLimit = 1_000

// A page may be large and a frame that asks for it is small: a connection that
// asks for many gets one after the other, and none when it is gone. For the many
// that never ask nothing is kept.
const readings = new WeakMap<Caller, Promise<void>>()

/** P-025: kept events without a subscription; whoever may subscribe may read. At most 1,000 a request. */
export async function history(caller: Caller, frame: HistoryFrame): Promise<void> {
  const { id, channel } = frame
  const rule = caller.engine.ruleOf(channel)
  if (rule === null) return refuseForbidden(caller, frame)
  const permitted = isPermitted(caller, rule.subscribe, channel)
  if (permitted !== true && !(await permitted)) return refuseForbidden(caller, frame)
  if (rule.history === null) return caller.refuse(id, 'NO_HISTORY')
  await inTurn(caller, () => answerPage(caller, frame))
}

async function inTurn(caller: Caller, read: () => Promise<void>): Promise<void> {
  const before = readings.get(caller)
  // Whoever asked for the one before is told how it failed.
  const reading = before === undefined ? read() : before.then(read, read)
  readings.set(caller, reading)
  try {
    await reading
  } finally {
    if (readings.get(caller) === reading) readings.delete(caller)
  }
}

async function answerPage(caller: Caller, frame: HistoryFrame): Promise<void> {
  if (caller.isClosed) return
  const { id, channel } = frame
  const page = await caller.engine.broker.read(channel, queryOf(frame))
  if (caller.isClosed) return
  caller.send({
    type: 'ack',
    id,
    channel,
    position: { epoch: page.epoch, offset: page.topOffset },
    events: page.events.map(eventFields),
  })
}

// Without `after` the newest are meant: "the last 50", or the 50 before an offset.
function queryOf({ after, before, limit = defaultLimit }: HistoryFrame): HistoryQuery {
  return {
    limit: Math.min(limit, maxLimit),
    newest: after === undefined,
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  }
}

function eventFields({ position, payloadJson, from, time }: BrokerEvent): EventFields {
  return {
    ...(position !== null && { offset: position.offset }),
    payload: JSON.parse(payloadJson),
    ...(from !== undefined && { from }),
    time,
  }
}
