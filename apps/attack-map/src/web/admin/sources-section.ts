/** The devices that send syslog, and how they are. */

import type { SourceHealth, SourceReport } from '../../shared/source-health.ts'
import { formatAge, formatCount, formatRate, formatShare } from '../model/figures.ts'
import { clockWords, sourceState } from '../model/source-words.ts'
import { elementOf, elementWith, setShown, setText } from '../panels/element.ts'
import { cell, rowOf } from './table-row.ts'

/** The section on the page. */
export interface SourcesSection {
  /** Shows a report in place of the one before. */
  render(report: SourceReport): void
}

/** Takes over the section. */
export function createSourcesSection(): SourcesSection {
  const table = elementOf('sources-table', HTMLElement)
  const body = elementOf('sources', HTMLTableSectionElement)
  const empty = elementOf('sources-empty', HTMLElement)
  const more = elementOf('sources-more', HTMLElement)
  return {
    render(report) {
      setShown(empty, report.sources.length === 0)
      setText(empty, 'No device has sent a line yet')
      setShown(table, report.sources.length > 0)
      body.replaceChildren(...report.sources.map((source) => rowFor(source, report.at)))
      setShown(more, report.more > 0)
      setText(more, `and ${formatCount(report.more)} more`)
    },
  }
}

function rowFor(source: SourceHealth, at: number): HTMLTableRowElement {
  const sender = elementWith('span', 'table-lead')
  sender.textContent = source.sender === '*' ? 'all others' : source.sender
  const kind = elementWith('span', 'pill')
  kind.textContent = source.kind.toUpperCase()
  const state = elementWith('span', 'state')
  const { kind: stateKind, words } = sourceState(source)
  state.dataset['state'] = stateKind
  state.textContent = words
  const unparsed = Math.round(source.unparsedShare * source.received)
  return rowOf([
    cell([sender, kind]),
    cell([state]),
    cell(`${formatAge(at - source.lastSeenAt)} ago`, 'number'),
    cell(formatRate(source.ratePerSecond), 'number'),
    cell(formatCount(source.received), 'number'),
    cell(formatShare(unparsed, source.received), 'number'),
    cell(clockWords(source.clockSkewMs), 'number'),
  ])
}
