import type { PublishFrame } from '../../../protocol/frames.ts'
import { type CheckedPayload, checkPayload } from '../../channel/payload-schema.ts'
import { type ChannelRule, isAllowed } from '../../channel/rules.ts'
import type { NewEvent } from '../../ports/broker.ts'
import type { Caller } from './command.ts'

/**
 * P-023: the ack comes after the broker has the event.
 *
 * Up to the broker everything happens in the turn the frame arrived in, unless
 * the schema is an asynchronous one: so a connection's publishes keep their order.
 */
export function publish(caller: Caller, frame: PublishFrame): Promise<void> | void {
  const rule = caller.hub.ruleOf(frame.channel)
  if (rule === null || !isAllowed(rule.publish, caller.identity)) {
    return caller.refuse(frame.id, 'FORBIDDEN')
  }
  const checked = checkPayload(rule.schema, frame.payload)
  return checked instanceof Promise
    ? checked.then((payload) => store(caller, frame, { rule, payload }))
    : store(caller, frame, { rule, payload: checked })
}

async function store(
  caller: Caller,
  frame: PublishFrame,
  { rule, payload }: { readonly rule: ChannelRule; readonly payload: CheckedPayload },
): Promise<void> {
  const { id, channel } = frame
  if (!payload.ok) return caller.refuse(id, 'INVALID_PAYLOAD', payload.message)
  const { position, duplicate } = await caller.hub.broker.publish(
    channel,
    newEvent(caller, frame, payload.json),
    rule.history,
  )
  if (id === undefined) return
  caller.send({ type: 'ack', id, channel, position, ...(duplicate && { duplicate }) })
}

function newEvent(caller: Caller, { key, echo }: PublishFrame, payloadJson: string): NewEvent {
  return {
    payloadJson,
    ...(caller.identity !== null && { from: caller.identity.userId }),
    ...(key !== undefined && { key }),
    ...(echo === false && { exceptConnectionId: caller.connectionId }),
  }
}
