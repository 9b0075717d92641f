import type { Scenario } from '../harness/scenario.ts'
import { allocations } from './allocations.ts'
import { clientSize } from './client-size.ts'
import { compression } from './compression.ts'
import { connectCost } from './connect.ts'
import { deploy } from './deploy.ts'
import { fanOutCapacity } from './fan-out-capacity.ts'
import { fanOutCost } from './fan-out-cost.ts'
import { idleMemory } from './idle-memory.ts'
import { inbound } from './inbound.ts'
import { manyChannels } from './many-channels.ts'
import { singleEvent } from './single-event.ts'
import { slowReaders, tricklingReaders } from './slow-readers.ts'
import { storm } from './storm.ts'

/** Every scenario, in the order they run. */
export const scenarios: readonly Scenario[] = [
  fanOutCapacity,
  fanOutCost,
  singleEvent,
  manyChannels,
  inbound,
  idleMemory,
  connectCost,
  storm,
  deploy,
  slowReaders,
  tricklingReaders,
  compression,
  allocations,
  clientSize,
]
