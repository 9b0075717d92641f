import type { SubscribeFrame } from '../../../protocol/frames.ts'
import { isAllowed } from '../../channel/rules.ts'
import type { Caller } from './command.ts'

/** P-020, P-021: the ack first, then what was missed, then what is new. */
export async function subscribe(caller: Caller, frame: SubscribeFrame): Promise<void> {
  const { id, channel: name, since, last } = frame
  const { engine, subscriptions, identity } = caller
  const rule = engine.ruleOf(name)
  if (rule === null || !isAllowed(rule.subscribe, identity)) return caller.refuse(id, 'FORBIDDEN')
  if (subscriptions.has(name)) return caller.refuse(id, 'ALREADY_SUBSCRIBED')
  if (subscriptions.isFull) return caller.refuse(id, 'TOO_MANY_CHANNELS')
  const hasBegun = await subscriptions.open(engine.channel(name, rule), caller, {
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
  if (!hasBegun) caller.refuse(id, 'NOT_SUBSCRIBED', 'unsubscribed before it began')
}
