/** The large figures: rate, total, what was done about it, and lines nobody could read. */

import type { Stats } from '../../shared/stats.ts'
import { formatCount, formatRate, formatShare, formatTimeOfDay } from '../model/figures.ts'
import { elementOf, setText } from './element.ts'

/** The counters on the page. */
export interface Counters {
  render(stats: Stats): void
}

const actions = ['blocked', 'allowed', 'alerted'] as const

/** Takes over the counters of the page; until the first statistics they show a dash. */
export function createCounters(): Counters {
  const figure = (name: string) => elementOf(`figure-${name}`, HTMLElement)
  const note = (name: string) => elementOf(`note-${name}`, HTMLElement)
  const shares = actions.map((action) => elementOf(`share-${action}`, HTMLElement))
  return {
    render(stats) {
      const total = sumOf(Object.values(stats.actions))
      setText(figure('rate'), formatRate(stats.ratePerSecond))
      setText(figure('total'), formatCount(total))
      setText(note('total'), `since ${formatTimeOfDay(stats.since)}`)
      for (const [index, action] of actions.entries()) {
        setText(figure(action), formatCount(stats.actions[action]))
        setText(note(action), formatShare(stats.actions[action], total))
        shares[index]?.style.setProperty('flex-grow', String(stats.actions[action]))
      }
      setText(figure('unparsed'), formatCount(stats.lines.unparsed))
      setText(note('unparsed'), `of ${formatCount(stats.lines.received)} received`)
    },
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
