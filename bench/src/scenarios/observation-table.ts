import type { Observation } from '../harness/run.ts'
import type { Row } from '../harness/table.ts'

/** The columns that scenarios with events have in common. */
export const observationColumns = [
  'deliveries/s',
  'server CPU',
  'µs/delivery',
  'events/frame',
  'p50 ms',
  'p99 ms',
  'load CPU',
  'others',
] as const

/** The cells below them. */
export function observationCells(seen: Observation): Row {
  return [
    seen.deliveriesPerSecond,
    percent(seen.serverCpu),
    seen.cpuPerDeliveryUs,
    seen.eventsPerFrame,
    seen.p50Ms,
    seen.p99Ms,
    percent(seen.loadCpu),
    percent(seen.othersCpu),
  ]
}

/** What the last column means. */
export const othersNote =
  'others: CPU that the rest of the machine took meanwhile; above 10 % the row is disturbed.'

/** A share as a person reads it. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
