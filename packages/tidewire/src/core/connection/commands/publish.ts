import type { AckFrame, PublishFrame } from '../../../protocol/frames.ts'
import { type CheckedPayload, checkPayload } from '../../channel/payload-schema.ts'
import { type ChannelRule, isAllowed } from '../../channel/rules.ts'
import type { NewEvent, Published } from '../../ports/broker.ts'
import type { Caller } from './command.ts'

/**
 * P-023: the ack comes after the broker has the event.
 *
 * Up to the broker everything happens in the turn the frame arrived in, unless
 * the schema is an asynchronous one: so a connection's publishes keep their order.
 */
export function publish(caller: Caller, frame: PublishFrame): Promise<void> | void {
  // Who subscribes and publishes in one breath means to see its own event.
  const joining = caller.subscriptions.joining(frame.channel)
  return joining === null
    ? publishNow(caller, frame)
    : joining.then(() => publishNow(caller, frame))
}

function publishNow(caller: Caller, frame: PublishFrame): Promise<void> | void {
  const rule = caller.engine.ruleOf(frame.channel)
  if (rule === null || !isAllowed(rule.publish, caller.identity)) {
    return caller.refuse(frame.id, 'FORBIDDEN')
  }
  const checked = checkPayload(rule.schema, frame.payload)
  return checked instanceof Promise
    ? checked.then((payload) => store(caller, frame, { rule, payload }))
    : store(caller, frame, { rule, payload: checked })
}

function store(
  caller: Caller,
  frame: PublishFrame,
  { rule, payload }: { readonly rule: ChannelRule; readonly payload: CheckedPayload },
): Promise<void> | void {
  const { id, channel } = frame
  if (!payload.ok) return caller.refuse(id, 'INVALID_PAYLOAD', payload.message)
  const event = newEvent(caller, frame, payload.json)
  return caller.engine.broker.publish(channel, event, rule.history).then((published) => {
    if (id !== undefined) acknowledge(caller, { id, channel }, published)
  })
}

function acknowledge(
  caller: Caller,
  { id, channel }: Pick<AckFrame, 'id' | 'channel'>,
  { position, duplicate }: Published,
): void {
  if (duplicate) caller.send({ type: 'ack', id, channel, position, duplicate })
  else caller.send({ type: 'ack', id, channel, position })
}

function newEvent(caller: Caller, { key, echo }: PublishFrame, payloadJson: string): NewEvent {
  return {
    payloadJson,
    from: caller.identity?.userId,
    key,
    exceptConnectionId: echo === false ? caller.connectionId : undefined,
  }
}
