import type { EventFields, HistoryFrame } from '../../../protocol/frames.ts'
import type { BrokerEvent, HistoryQuery } from '../../ports/broker.ts'
import { isPermitted } from '../is-permitted.ts'
import type { Caller } from './command.ts'

const defaultLimit = 100
const maxLimit = 1_000

/** P-025: kept events without a subscription; whoever may subscribe may read. At most 1,000 a request. */
export async function history(caller: Caller, frame: HistoryFrame): Promise<void> {
  const { id, channel } = frame
  const rule = caller.engine.ruleOf(channel)
  if (rule === null) return caller.refuse(id, 'FORBIDDEN')
  const permitted = isPermitted(caller, rule.subscribe, channel)
  if (permitted !== true && !(await permitted)) return caller.refuse(id, 'FORBIDDEN')
  if (rule.history === null) return caller.refuse(id, 'NO_HISTORY')
  const page = await caller.engine.broker.read(channel, queryOf(frame))
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
