import type { DrainPlan } from '../../core/drain.ts'
import type { Broker } from '../../core/ports/broker.ts'
import { BrokerUnavailable } from '../../core/ports/broker.ts'
import { type Logger, silentLogger } from '../../core/ports/logger.ts'
import type { Position } from '../../protocol/position.ts'
import { MemoryNetwork } from '../network/memory-network.ts'
import { SeededRandom } from '../network/seeded-random.ts'
import { VirtualClock } from '../virtual-clock.ts'
import type { Case } from './judge.ts'
import { Ledger } from './ledger.ts'
import { type BrokerFaults, NodeBroker } from './node-broker.ts'
import type { Publication } from './publication.ts'
import { drawScenario, type Scenario, type ScenarioChannel } from './scenario.ts'
import { SimulatedClient } from './simulated-client.ts'
import { SimulatedEngine } from './simulated-engine.ts'
import { SimulatedNode } from './simulated-node.ts'
import { Tally } from './tally.ts'
import { Trace } from './trace.ts'

/**
 * Everything there is in one run: the engine, the nodes, the network and the
 * clients, on one clock and from one seed. Decides nothing; steps act on it.
 */
export class World {
  readonly clock: VirtualClock = new VirtualClock()
  readonly scenario: Scenario
  /** For what the steps draw. */
  readonly random: SeededRandom
  readonly network: MemoryNetwork
  readonly ledger: Ledger = new Ledger()
  readonly engine: SimulatedEngine
  readonly nodes: readonly SimulatedNode[]
  readonly clients: SimulatedClient[] = []
  readonly publications: Publication[] = []
  readonly trace: Trace
  readonly tally: Tally = new Tally()
  /** What goes wrong between nodes and engine now. */
  brokerFaults: BrokerFaults = { failure: 0, loss: 0, maxDelayMs: 0 }
  readonly #failures: string[] = []
  /** Ends that a node takes new links; absent while it drains. */
  readonly #doors = new Map<SimulatedNode, () => void>()
  #made = 0

  constructor(seed: number, { makeBroker, keepLines }: WorldOptions) {
    const { clock } = this
    this.random = new SeededRandom(seed)
    this.scenario = drawScenario(this.random.fork())
    this.trace = new Trace(() => clock.now(), keepLines)
    this.network = new MemoryNetwork({ clock, random: this.random.fork() })
    const makeId = () => this.makeId('id')
    this.engine = new SimulatedEngine({
      ledger: this.ledger,
      makeBroker: () => makeBroker({ clock, makeId: () => this.makeId('life') }),
    })
    this.nodes = Array.from({ length: this.scenario.hubs }, () => this.#makeNode(makeId))
    for (const node of this.nodes) this.#open(node)
  }

  /** What was found to be wrong so far. */
  get failures(): readonly string[] {
    return this.#failures
  }

  readonly note = (what: string): void => this.trace.note(what)

  readonly fail = (what: string): void => {
    this.#failures.push(what)
  }

  makeId(prefix: string): string {
    this.#made += 1
    return `${prefix}${this.#made}`
  }

  addClient(): void {
    const random = this.random.fork().next
    const host = { note: this.note, count: this.tally.count, fail: this.fail }
    const { clock } = this
    const { dial } = this.network
    this.clients.push(
      new SimulatedClient(this.makeId('client'), url, { dial, clock, random, host }),
    )
  }

  /** Drains a node, and puts another one in its place at the deadline; one that drains already goes on. */
  replace(node: SimulatedNode, plan: DrainPlan): void {
    const closeDoor = this.#doors.get(node)
    if (closeDoor === undefined) return
    closeDoor()
    this.#doors.delete(node)
    node.drain(plan)
    this.clock.after(plan.closeAfterMs, () => {
      node.restart()
      this.#open(node)
    })
  }

  #open(node: SimulatedNode): void {
    this.#doors.set(node, this.network.listen(url, node.accept))
  }

  /** How a subscription of a client to a channel is judged. */
  caseOf({ name, kind }: ScenarioChannel, subscriber: string): Case {
    const assertTrimmed = (position: Position) => this.#assertTrimmed(name, position)
    const ageOf = (epoch: string) => this.engine.ageOf(epoch)
    return { kind, ledger: this.ledger.of(name), subscriber, ageOf, assertTrimmed }
  }

  // A log is only ever trimmed further, so that to ask a little later can excuse
  // a gap, but never accuse one.
  #assertTrimmed(channel: string, position: Position): void {
    const told = `${channel}: ${position.epoch}:${position.offset} was told as trimmed`
    this.engine.broker.read(channel, { limit: 0 }).then(
      ({ epoch, trimmedOffset }) => {
        const isKept = epoch === position.epoch && position.offset >= trimmedOffset
        if (isKept) this.fail(`${told}, and everything after ${trimmedOffset} is kept`)
      },
      (cause: unknown) => this.fail(`${told}: ${cause}`),
    )
  }

  #makeNode(makeId: () => string): SimulatedNode {
    const { clock, scenario, engine } = this
    const random = this.random.fork()
    const faults = () => this.brokerFaults
    return new SimulatedNode({
      clock,
      scenario,
      makeId,
      random: random.fork(),
      logger: this.#logger(),
      makeBroker: () => new NodeBroker({ engine, clock, random: random.fork(), faults }),
    })
  }

  /** Errors other than the broker's own are nobody's fault but the engine's. */
  #logger(): Logger {
    return {
      ...silentLogger,
      error: (message, fields = {}) => {
        const { cause } = fields
        this.note(`logged: ${message}`)
        if (!(cause instanceof BrokerUnavailable)) this.fail(`logged: ${message}: ${cause}`)
      },
    }
  }
}

/** Where every client dials. */
const url = 'ws://tide/ws'

/** What makes the broker of one life of the engine. */
export type MakeEngineBroker = (options: {
  readonly clock: VirtualClock
  /** A name nobody else gets. */
  readonly makeId: () => string
}) => Broker

export interface WorldOptions {
  readonly makeBroker: MakeEngineBroker
  /** How many lines of the trace are kept. */
  readonly keepLines: number
}
