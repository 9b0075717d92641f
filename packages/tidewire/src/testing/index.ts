/**
 * `tidewire/testing`: contract suites for what can be put in Tidewire's place,
 * and the stand-ins its own tests run on. For any test runner.
 */
export type {
  Broker,
  BrokerEvent,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  NewEvent,
  Published,
} from '../core/ports/broker.ts'
export type { CancelTimer, Clock } from '../core/ports/clock.ts'
export type { AcceptLink, Handshake, Link, LinkHandler } from '../core/ports/link.ts'
export type { FrameForm, SharedFrame } from '../core/ports/shared-frame.ts'
export type { BrokerUnderTest, MakeBroker } from './broker-contract/broker-under-test.ts'
export { brokerContract } from './broker-contract.ts'
export { type ClockUnderTest, clockContract } from './clock-contract.ts'
export type { ContractCase } from './contract-case.ts'
export type { LinkPeer, LinkUnderTest, MakeLink } from './link-contract/link-under-test.ts'
export { linkContract } from './link-contract.ts'
export {
  connectInMemory,
  type LinkEnd,
  type MemoryLinkOptions,
  type MemoryPeer,
} from './memory-link.ts'
export type { CutNotice, DialOutcome, LinkConditions } from './network/link-conditions.ts'
export { MemoryNetwork, type MemoryNetworkOptions } from './network/memory-network.ts'
export type { NetworkLink } from './network/network-link.ts'
export { SeededRandom } from './network/seeded-random.ts'
export {
  type SimulationFailure,
  type SimulationOptions,
  type SimulationReport,
  simulate,
} from './simulation/simulate.ts'
export type { Tally } from './simulation/tally.ts'
export type { MakeEngineBroker } from './simulation/world.ts'
export { VirtualClock } from './virtual-clock.ts'
