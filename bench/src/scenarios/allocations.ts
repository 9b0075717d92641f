import { Child } from '../harness/child.ts'
import { cores } from '../harness/cores.ts'
import type { Scenario } from '../harness/scenario.ts'
import type {
  AllocationCommands,
  AllocationPlan,
  AllocationSite,
} from '../servers/allocating-tidewire.ts'

/** A flush may allocate; what it does for one more subscriber may not. */
export const allocations: Scenario = {
  name: 'allocations',
  title: 'heap that a flush allocates, from publish to the write, by the number of subscribers',
  isFullOnly: true,
  async run() {
    const seen: Measured[] = []
    for (const plan of plans) seen.push(await measure(plan))
    const most = seen.filter(({ plan }) => plan.subscribers === mostSubscribers)
    const worst = Math.max(...most.map((one) => bytesPerFurther(one, seen)))
    return {
      columns: ['channels each', 'subscribers', 'bytes/flush', 'bytes/further delivery', 'most in'],
      rows: seen.map((one) => [
        `${one.plan.channelsEach}`,
        one.plan.subscribers,
        one.bytes,
        bytesPerFurther(one, seen),
        one.sites[0]?.where ?? '–',
      ]),
      goals: [
        {
          goal: 'nothing for one more delivery: < 1 byte',
          reached: `${worst.toFixed(2)} bytes`,
          isMet: worst < 1,
        },
      ],
      notes: [
        'The sockets swallow what they are given and allocate nothing; Node’s own do.',
        'Further: beyond those of the least subscribers. With two channels a pass corks.',
      ],
      raw: seen,
    }
  },
}

interface Measured {
  readonly plan: AllocationPlan
  /** In a flush, over all sites. */
  readonly bytes: number
  /** The largest first. */
  readonly sites: readonly AllocationSite[]
}

const flushes = 300
const mostSubscribers = 10_000
const plans: readonly AllocationPlan[] = [1, 2].flatMap((channelsEach) =>
  [100, 1_000, mostSubscribers].map((subscribers) => ({ subscribers, channelsEach, flushes })),
)

async function measure(plan: AllocationPlan): Promise<Measured> {
  await using child = Child.start<AllocationCommands>(program, { core: cores.server })
  const found = await child.ask('measure', plan)
  const sites = [...found].sort((a, b) => b.bytes - a.bytes)
  return { plan, sites, bytes: sites.reduce((sum, { bytes }) => sum + bytes, 0) }
}

const program = new URL('../servers/allocating-tidewire.js', import.meta.url)

/** NaN for the least subscribers themselves. */
function bytesPerFurther({ plan, bytes }: Measured, all: readonly Measured[]): number {
  const least = all.find((other) => other.plan.channelsEach === plan.channelsEach)
  if (least === undefined) return Number.NaN
  const further = (plan.subscribers - least.plan.subscribers) * plan.channelsEach
  return (bytes - least.bytes) / further
}
