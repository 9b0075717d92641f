import type { ChannelOptions } from '../../core/channel/options.ts'
import type { SeededRandom } from '../network/seeded-random.ts'

/**
 * What one run is made of, drawn from its seed before it begins.
 */
export interface Scenario {
  readonly hubs: number
  readonly clients: number
  readonly channels: readonly ScenarioChannel[]
  /** How many steps go by under faults. */
  readonly steps: number
  /** How many values the `latest` channels tell apart. */
  readonly values: number
  /** The longest pause between two steps, ms. */
  readonly maxPauseMs: number
  /** How long a pass of a pump takes at most, ms. */
  readonly maxWorkMs: number
  /** How many unsent bytes congest a link. */
  readonly congestedBytes: number
  /** How often faults happen, beside what applications do; 1 is often enough. */
  readonly intensity: number
  /** Which faults happen at all. */
  readonly faults: ReadonlySet<FaultKind>
}

/** A channel and how its events are to be judged. */
export interface ScenarioChannel {
  readonly name: string
  readonly kind: ChannelKind
  readonly options: ChannelOptions
}

/** The policies; `plain` is a channel without history. */
export type ChannelKind = 'every' | 'disconnect' | 'drop' | 'latest' | 'plain'

/** Everything that may go wrong in a run. */
export type FaultKind = (typeof faultKinds)[number]

const faultKinds = [
  'cut',
  'cut-at-byte',
  'half-open',
  'slow-reader',
  'bad-dial',
  'broker-failure',
  'broker-loss',
  'broker-delay',
  'broker-restart',
  'hub-restart',
  'drain',
] as const

/** Draws a scenario. */
export function drawScenario(random: SeededRandom): Scenario {
  return {
    hubs: random.integer(1, 3),
    clients: random.integer(2, 8),
    channels: drawChannels(random),
    steps: random.integer(20, 120),
    values: random.integer(1, 5),
    maxPauseMs: random.pick([20, 200, 1_000]),
    maxWorkMs: random.pick([0, 0, 5, 40]),
    congestedBytes: random.pick([300, 2_000, 32 * 1024]),
    intensity: random.pick([0.5, 1, 1, 5]),
    faults: new Set(faultKinds.filter(() => random.chance(0.5))),
  }
}

function drawChannels(random: SeededRandom): readonly ScenarioChannel[] {
  return Array.from({ length: random.integer(1, 5) }, (_, index) => {
    const kind = random.pick(['every', 'every', 'disconnect', 'drop', 'latest', 'plain'] as const)
    return { name: `${kind}:${index}`, kind, options: drawOptions(kind, random) }
  })
}

function drawOptions(kind: ChannelKind, random: SeededRandom): ChannelOptions {
  return {
    subscribe: 'anyone',
    publish: 'anyone',
    windowMs: random.pick([0, 0, 0, 20, 100]),
    maxEvents: random.pick([undefined, undefined, 1, 5, 50]),
    maxDelayMs: random.pick([undefined, 0, 20]),
    ...policyOptions(kind, random),
  }
}

function policyOptions(kind: ChannelKind, random: SeededRandom): ChannelOptions {
  if (kind === 'plain') return {}
  // The bounds of a value are its own; the defaults keep it for good.
  if (kind === 'latest') return { delivery: kind, conflateKey: random.pick([undefined, 'value']) }
  return {
    delivery: kind,
    slowGraceMs: random.pick([0, 500, 5_000]),
    history: {
      size: random.pick([2, 10, 50, 1_000]),
      bytes: random.pick([undefined, undefined, 400, 4_000]),
      ttlMs: random.pick([undefined, undefined, 1_000, 10_000]),
    },
  }
}
