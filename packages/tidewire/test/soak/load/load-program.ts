import type { LoadQuestion, LoadTold } from '../messages.ts'
import { Crews } from './crew.ts'
import { lastingCrews } from './lasting.ts'
import { passingCrews } from './passing.ts'
import { plainHttpCrews } from './plain-http.ts'
import { residentCrews } from './residents.ts'

/** The process that makes the load. */
function onUncaught(cause: unknown): void {
  const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  process.send?.({ told: 'uncaught', what } satisfies LoadTold, () => process.exit(1))
}

process.on('uncaughtException', onUncaught)
process.on('unhandledRejection', onUncaught)
process.on('disconnect', () => process.exit(0))

const crews = [...passingCrews, ...lastingCrews, ...residentCrews, ...plainHttpCrews]
let working: Crews | null = null

process.on('message', (question: LoadQuestion) => {
  if (question.ask === 'begin') working = new Crews(crews, question.target, question.seed)
  else working?.end().then(tellDone, onUncaught)
})

function tellDone(reports: Awaited<ReturnType<Crews['end']>>): void {
  process.send?.({ told: 'done', crews: reports } satisfies LoadTold)
}
