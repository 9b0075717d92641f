/** The audit log, newest first. */

import type { AuditEntry } from '../../shared/access.ts'
import { ask } from '../api/ask.ts'
import { auditWords } from '../model/audit-words.ts'
import { formatMoment } from '../model/figures.ts'
import { elementOf } from '../panels/element.ts'
import { cell, rowOf } from './table-row.ts'

const listedEntries = 200

/** The section on the page. */
export interface AuditSection {
  /** Shows the log as the server has it. */
  load(): Promise<void>
  /** Adds what happened just now. */
  add(entry: AuditEntry): void
}

/** Takes over the section. */
export function createAuditSection(): AuditSection {
  const body = elementOf('audit', HTMLTableSectionElement)
  return {
    async load() {
      const entries = (await ask('GET', '/api/admin/audit')) as readonly AuditEntry[]
      body.replaceChildren(...entries.map(rowFor))
    },
    add(entry) {
      body.prepend(rowFor(entry))
      while (body.rows.length > listedEntries) body.deleteRow(-1)
    },
  }
}

function rowFor(entry: AuditEntry): HTMLTableRowElement {
  const row = rowOf([
    cell(formatMoment(entry.at), 'moment'),
    cell(entry.who ?? (entry.from === null ? 'the server' : 'nobody')),
    cell(auditWords(entry), 'table-words'),
    cell(entry.from ?? ''),
  ])
  row.dataset['what'] = entry.what
  return row
}
