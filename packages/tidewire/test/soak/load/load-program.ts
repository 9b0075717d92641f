import { watchedProcess } from '../../fuzz/watched-process.ts'
import type { LoadQuestion, LoadTold } from '../messages.ts'
import { Crews } from './crew.ts'
import { lastingCrews } from './lasting.ts'
import { passingCrews } from './passing.ts'
import { plainHttpCrews } from './plain-http.ts'
import { residentCrews } from './residents.ts'

/** The process that makes the load. */
const onUncaught = watchedProcess()

const crews = [...passingCrews, ...lastingCrews, ...residentCrews, ...plainHttpCrews]
let working: Crews | null = null

process.on('message', (question: LoadQuestion) => {
  if (question.ask === 'begin') working = new Crews(crews, question.target, question.seed)
  else working?.end().then(tellDone, onUncaught)
})

function tellDone(reports: Awaited<ReturnType<Crews['end']>>): void {
  process.send?.({ told: 'done', crews: reports } satisfies LoadTold)
}
