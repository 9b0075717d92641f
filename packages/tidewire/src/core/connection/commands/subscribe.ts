import type { SubscribeFrame } from '../../../protocol/frames.ts'
import type { ChannelRule } from '../../channel/rules.ts'
import { isPermitted } from '../is-permitted.ts'
import { refuseForbidden } from '../refuse-forbidden.ts'
import type { Caller } from './command.ts'

/** P-020, P-021: the ack first, then what was missed, then what is new. */
export function subscribe(caller: Caller, frame: SubscribeFrame): Promise<void> | void {
  const { id, channel } = frame
  const { engine, subscriptions } = caller
  const rule = engine.ruleOf(channel)
  if (rule === null) return refuseForbidden(caller, frame)
  // Before anybody is asked: to ask again and again must not cost the application anything.
  if (subscriptions.has(channel)) return caller.refuse(id, 'ALREADY_SUBSCRIBED')
  if (subscriptions.isFull) return caller.refuse(id, 'TOO_MANY_CHANNELS')
  const permitted = isPermitted(caller, rule.subscribe, channel)
  if (permitted === true) return begin(caller, frame, rule)
  if (permitted === false) return refuseForbidden(caller, frame)
  return beginLater(caller, frame, { rule, permitted })
}

async function beginLater(
  caller: Caller,
  frame: SubscribeFrame,
  { rule, permitted }: { readonly rule: ChannelRule; readonly permitted: Promise<boolean> },
): Promise<void> {
  const reservation = caller.subscriptions.reserve(frame.channel, permitted)
  const isAllowed = await permitted
  // Nothing is awaited between giving the place up and taking it as a subscription.
  if (!caller.subscriptions.giveUp(reservation)) return refuseUnwanted(caller, frame)
  if (!isAllowed) return refuseForbidden(caller, frame)
  return begin(caller, frame, rule)
}

function begin(caller: Caller, frame: SubscribeFrame, rule: ChannelRule): Promise<void> | void {
  const { id, channel: name, since, last } = frame
  const { engine, subscriptions } = caller
  const begun = subscriptions.open(engine.channel(name, rule), caller, {
    start: { ...(since !== undefined && { since }), ...(last !== undefined && { last }) },
    acknowledge({ position, recovered, top, reason }) {
      caller.send({
        type: 'ack',
        id,
        channel: name,
        position,
        ...(recovered !== undefined && { recovered }),
        ...(top !== undefined && { top }),
        ...(reason !== undefined && { reason }),
      })
    },
  })
  if (begun instanceof Promise) return begun.then((hasBegun) => settle(caller, frame, hasBegun))
  settle(caller, frame, begun)
}

function settle(caller: Caller, frame: SubscribeFrame, hasBegun: boolean): void {
  if (!hasBegun) refuseUnwanted(caller, frame)
}

function refuseUnwanted(caller: Caller, { id }: SubscribeFrame): void {
  caller.refuse(id, 'NOT_SUBSCRIBED', 'unsubscribed before it began')
}
