import { describe, it } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { type BrokerUnderTest, brokerContract, VirtualClock } from '../../src/testing/index.ts'

describe('MemoryBroker', () => {
  for (const { name, run } of brokerContract(makeMemoryBroker)) it(name, run)
})

// One process is one node: there is no other one to make.
async function makeMemoryBroker(): Promise<BrokerUnderTest> {
  const clock = new VirtualClock()
  const dedupeWindowMs = 1_000
  const makeId = ids()
  const make = () => new MemoryBroker({ clock, makeId, dedupeWindowMs })
  const broker = make()
  return {
    broker,
    dedupeWindowMs,
    passTime: (ms) => clock.advance(ms),
    async loseLogs() {
      await broker.close()
      return make()
    },
    [Symbol.asyncDispose]: () => broker.close(),
  }
}

function ids(): () => string {
  let made = 0
  return () => {
    made += 1
    return `life${made}`
  }
}
