import type { UnsubscribeFrame } from '../../../protocol/frames.ts'
import type { Caller } from './command.ts'

/** P-022: after the ack no event of the subscription comes. */
export function unsubscribe(caller: Caller, { id, channel }: UnsubscribeFrame): void {
  if (caller.subscriptions.end(channel)) caller.send({ type: 'ack', id, channel })
  else caller.refuse(id, 'NOT_SUBSCRIBED')
}
