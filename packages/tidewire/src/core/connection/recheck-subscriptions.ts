import { protocolError } from '../../protocol/protocol-error.ts'
import type { Subscription } from '../channel/subscription.ts'
import type { Caller } from './commands/command.ts'
import { isPermitted } from './is-permitted.ts'

/**
 * P-010: after a renewal every subscription is asked about again. Those no
 * longer allowed end; the others go on, also while a permission takes its time.
 */
export function recheckSubscriptions(caller: Caller): void {
  for (const subscription of caller.subscriptions.all()) recheck(caller, subscription)
}

function recheck(caller: Caller, subscription: Subscription): void {
  // The answer to what was asked before holds for who is there when it comes.
  if (subscription.isRechecked) return
  const { name, rule } = subscription.channel
  const permitted = isPermitted(caller, rule.subscribe, name)
  if (typeof permitted === 'boolean') return settle(caller, subscription, permitted)
  subscription.isRechecked = true
  permitted
    .then((isAllowed) => settle(caller, subscription, isAllowed))
    // Nobody reads on because of a bug of ours.
    .catch(() => caller.close('internal'))
}

function settle(caller: Caller, subscription: Subscription, isAllowed: boolean): void {
  subscription.isRechecked = false
  if (isAllowed || !caller.subscriptions.drop(subscription)) return
  const { name } = subscription.channel
  caller.send({ type: 'unsubscribed', channel: name, ...protocolError('FORBIDDEN') })
}
