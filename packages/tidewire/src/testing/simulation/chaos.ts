import type { CutNotice, DialOutcome } from '../network/link-conditions.ts'
import type { NetworkLink } from '../network/network-link.ts'
import type { FaultKind } from './scenario.ts'
import type { Step } from './step.ts'
import type { World } from './world.ts'

/**
 * What befalls the network, the engine and the nodes; and how all of it ends.
 */
const faults: readonly (Step & { readonly fault: FaultKind })[] = [
  { fault: 'cut', name: 'cut', weight: 1.5, run: cut },
  { fault: 'cut-at-byte', name: 'cut at byte', weight: 1, run: cutAtByte },
  { fault: 'half-open', name: 'half-open', weight: 0.7, run: halfOpen },
  { fault: 'slow-reader', name: 'slow down', weight: 2, run: slowDown },
  { fault: 'slow-reader', name: 'speed up', weight: 1, run: speedUp },
  { fault: 'broker-failure', name: 'broker fails', weight: 0.5, run: failBroker },
  { fault: 'broker-loss', name: 'broker loses', weight: 0.5, run: loseDeliveries },
  { fault: 'broker-delay', name: 'broker is slow', weight: 0.5, run: delayBroker },
  { fault: 'broker-restart', name: 'engine restarts', weight: 0.3, run: restartEngine },
  { fault: 'hub-restart', name: 'hub restarts', weight: 0.2, run: restartHub },
  { fault: 'drain', name: 'node drains', weight: 0.5, run: drainNode },
]

/** The faults of a run, as steps. */
export function chaosOf({ scenario }: World): readonly Step[] {
  return faults
    .filter(({ fault }) => scenario.faults.has(fault))
    .map((step) => ({ ...step, weight: step.weight * scenario.intensity }))
}

/** Lets dials meet what the scenario allows. */
export function beginChaos(world: World): void {
  world.network.decideDials(() => drawDial(world))
}

/** Ends every fault: what is broken stays so until its owner notices. */
export function endChaos(world: World): void {
  const conditions = { congestedBytes: world.scenario.congestedBytes, deadAfterMs }
  world.network.decideDials(() => ({ kind: 'open', conditions }))
  world.brokerFaults = { failure: 0, loss: 0, maxDelayMs: 1 }
  for (const link of world.network.links) {
    link.setReadingSpeed(Number.POSITIVE_INFINITY)
    link.cutAfter(Number.POSITIVE_INFINITY)
  }
}

function drawDial({ random, scenario }: World): DialOutcome {
  const isBad = scenario.faults.has('bad-dial') && random.chance(0.3)
  const fate = isBad ? random.pick(['refused', 'unanswered', 'doubled'] as const) : 'open'
  if (fate === 'refused' || fate === 'unanswered') return { kind: fate }
  return {
    kind: 'open',
    isDoubled: fate === 'doubled',
    conditions: {
      congestedBytes: scenario.congestedBytes,
      latencyMs: random.pick([0, 5, 80]),
      jitterMs: random.pick([0, 0, 30]),
      deadAfterMs,
    },
  }
}

/** How soon a node notices a dead link: two heartbeats of the clients here. */
const deadAfterMs = 6_000

function drawLink({ network, random }: World): NetworkLink | null {
  return network.links.length === 0 ? null : random.pick(network.links)
}

function cut(world: World): void {
  drawLink(world)?.cut('both')
}

function cutAtByte(world: World): void {
  drawLink(world)?.cutAfter(world.random.integer(0, 3_000))
}

function halfOpen(world: World): void {
  drawLink(world)?.cut(world.random.pick<CutNotice>(['client', 'server', 'nobody']))
}

function slowDown(world: World): void {
  drawLink(world)?.setReadingSpeed(world.random.pick([100, 1_000, 20_000]))
}

function speedUp(world: World): void {
  drawLink(world)?.setReadingSpeed(Number.POSITIVE_INFINITY)
}

function failBroker(world: World): void {
  world.brokerFaults = { ...world.brokerFaults, failure: world.random.pick([0, 0.1, 0.5, 1]) }
}

function loseDeliveries(world: World): void {
  world.brokerFaults = { ...world.brokerFaults, loss: world.random.pick([0, 0.1, 0.5, 1]) }
}

function delayBroker(world: World): void {
  world.brokerFaults = { ...world.brokerFaults, maxDelayMs: world.random.pick([0, 5, 100, 800]) }
}

async function restartEngine(world: World): Promise<void> {
  world.note('the engine loses its logs')
  await world.engine.restart()
}

function restartHub(world: World): void {
  world.note('a hub restarts')
  world.random.pick(world.nodes).restart()
}

/** As a deploy does: everybody goes elsewhere, then the node is another process. */
function drainNode(world: World): void {
  const node = world.random.pick(world.nodes)
  const overMs = world.random.pick([0, 100, 1_000])
  const closeAfterMs = overMs + world.random.pick([0, 50, 500, 3_000])
  world.note(`a node drains over ${overMs} ms, at most ${closeAfterMs} ms`)
  world.replace(node, { overMs, closeAfterMs })
}
