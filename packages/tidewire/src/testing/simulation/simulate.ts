import { beginChaos, chaosOf, endChaos } from './chaos.ts'
import { assertAftermath, assertBounds, assertLevel, assertPublications } from './invariants.ts'
import { drawStep } from './step.ts'
import type { Tally } from './tally.ts'
import { publishEverywhere, workload } from './workload.ts'
import { type MakeEngineBroker, World } from './world.ts'

/**
 * One run: hubs, engine, network and real SDK clients on virtual time, driven
 * by a seed. Faults come, faults end, time passes, and what was promised is
 * checked, on the way and at the end.
 *
 * @throws SimulationFailure with the seed, the step and what happened last
 */
export async function simulate(
  seed: number,
  options: SimulationOptions,
): Promise<SimulationReport> {
  const { makeBroker, traceLines = 40 } = options
  const world = new World(seed, { makeBroker, keepLines: traceLines })
  try {
    await run(world)
    return reportOf(world)
  } catch (cause) {
    throw new SimulationFailure(seed, world, cause)
  }
}

/** What a simulation is given. */
export interface SimulationOptions {
  /** Makes the broker behind the simulated engine, as of one node, on a log that is empty. */
  readonly makeBroker: MakeEngineBroker
  /** How many lines of the trace a failure, or the report, holds. Default 40; Infinity for all. */
  readonly traceLines?: number
}

/** What a run that kept its promises has seen. */
export interface SimulationReport {
  /** Events stored. */
  readonly events: number
  /** What happened how often. */
  readonly tally: Tally
  readonly trace: readonly string[]
}

/** A promise was broken. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure'
  readonly seed: number
  readonly step: number

  constructor(seed: number, world: World, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause)
    const { trace } = world
    super(`seed ${seed}, step ${trace.step}: ${what}\n${trace.lines.join('\n')}`, { cause })
    this.seed = seed
    this.step = trace.step
  }
}

async function run(world: World): Promise<void> {
  beginChaos(world)
  const steps = [...workload, ...chaosOf(world)]
  const { scenario, random, clock, trace } = world
  for (let client = 0; client < scenario.clients; client += 1) world.addClient()
  for (let step = 1; step <= scenario.steps; step += 1) {
    trace.step = step
    await drawStep(steps, world).run(world)
    await clock.advance(random.integer(0, scenario.maxPauseMs))
    assertNoFailure(world)
    assertBounds(world)
  }
  endChaos(world)
  trace.note('faults end')
  await calm(world)
  await end(world)
}

/** Everything heals by itself, without a further event; then one more reaches everybody. */
async function calm(world: World): Promise<void> {
  const { clock, random } = world
  const waits = random.chance(0.5)
  await clock.advance(waits ? longEnoughMs : healingMs)
  if (waits) assertLevel(world, { exceptPlain: true })
  assertNoFailure(world)
  publishEverywhere(world)
  await clock.advance(healingMs)
  assertLevel(world, { exceptPlain: false })
  assertPublications(world)
  assertNoFailure(world)
}

/** Everybody goes; nothing may be left. */
async function end(world: World): Promise<void> {
  const { clients, nodes, engine, clock } = world
  for (const client of clients) client.dispose()
  await clock.advance(healingMs)
  assertAftermath(world)
  await Promise.all(nodes.map((node) => node.close()))
  await engine.close()
  await clock.advance(healingMs)
  if (clock.pendingTimers > 0) world.fail(`${clock.pendingTimers} timers are left`)
  assertNoFailure(world)
}

/** Longer than a position check and two retries take. */
const longEnoughMs = 90_000

/** Longer than a client takes to notice a dead link and to be back. */
const healingMs = 15_000

function assertNoFailure({ failures }: World): void {
  if (failures.length > 0) throw new Error(failures.slice(0, 5).join('\n'))
}

function reportOf({ ledger, tally, nodes, trace }: World): SimulationReport {
  for (const { counters } of nodes) {
    tally.count('flushes', counters.flushes)
    tally.count('deliveries', counters.deliveries)
    tally.count('too slow', counters.closed.tooSlow)
  }
  const events = ledger.channels.reduce((sum, { entries }) => sum + entries.length, 0)
  return { events, tally, trace: trace.lines }
}
