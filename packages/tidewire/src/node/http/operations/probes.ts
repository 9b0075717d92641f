import type { Broker } from '../../../core/ports/broker.ts'
import { expositionType } from '../../metrics/exposition.ts'
import { type Answer, success } from '../answer.ts'
import type { Operation } from '../route.ts'

/** P-073: whether this node lives, and is not about to leave. */
export function health(isDraining: () => boolean): Operation {
  return () => (isDraining() ? draining : ok)
}

/**
 * P-073: whether this node takes new clients. One that has not reached its broker
 * yet has nothing for them, such as after a deploy with a wrong address.
 *
 * One that has lost it stays ready and says so: all nodes lose it in the same
 * moment, and without any of them nobody would be let in when it is back.
 */
export function ready(broker: Pick<Broker, 'isReachable'>, isDraining: () => boolean): Operation {
  let hasBeenReached = false
  return () => {
    const { isReachable = true } = broker
    hasBeenReached ||= isReachable
    if (isDraining()) return draining
    if (!hasBeenReached) return starting
    return isReachable ? ok : withoutBroker
  }
}

/** P-073: the node's metrics, as Prometheus reads them. */
export function metrics(text: () => string): Operation {
  return () => ({ status: 200, body: text(), headers: { 'Content-Type': expositionType } })
}

const noBroker = { broker: 'unreachable' }
const ok = success({ status: 'ok' })
const withoutBroker = success({ status: 'ok', ...noBroker })
const starting = unavailable({ status: 'starting', ...noBroker })
const draining = unavailable({ status: 'draining' })

function unavailable(state: object): Answer {
  return { status: 503, body: JSON.stringify(state) }
}
