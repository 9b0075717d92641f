import type { BrokerUnderTest, MakeBroker } from './broker-contract/broker-under-test.ts'
import { dedupeCases } from './broker-contract/dedupe.ts'
import { deliveryCases } from './broker-contract/delivery.ts'
import { historyCases } from './broker-contract/history.ts'
import { lifecycleCases } from './broker-contract/lifecycle.ts'
import { orderCases } from './broker-contract/order.ts'
import { positionCases } from './broker-contract/positions.ts'
import type { ContractCase } from './contract-case.ts'

/**
 * What the comment of `Broker` promises, as cases for any test runner.
 *
 * Everything goes through the port: what an engine is made of does not matter,
 * and an engine that cannot do something fails here by name instead of losing
 * events in production.
 */
export function* brokerContract(make: MakeBroker): Generator<ContractCase> {
  const groups = [
    orderCases,
    deliveryCases,
    historyCases,
    positionCases,
    dedupeCases,
    lifecycleCases,
  ]
  for (const cases of groups) {
    for (const { name, check } of cases) yield { name, run: () => runWith(make, check) }
  }
}

async function runWith(
  make: MakeBroker,
  check: (subject: BrokerUnderTest) => Promise<void>,
): Promise<void> {
  await using subject = await make()
  await check(subject)
}
