/** Display tokens: which screens there are, a link for a new one, and its end. */

import type { DisplayEntry } from '../../shared/access.ts'
import { ask } from '../api/ask.ts'
import { formatDay } from '../model/figures.ts'
import { elementOf, elementWith, setShown } from '../panels/element.ts'
import { attempt, onSubmit, textOf } from '../panels/form.ts'
import { showSecret } from './secret-box.ts'
import { armedButton, cell, rowOf } from './table-row.ts'

const path = '/api/admin/displays'
const viewNames = { public: 'What anybody sees', operator: 'Whole events' } as const

/** The section on the page. */
export interface DisplaysSection {
  /** Shows the tokens as the server has them. */
  load(): Promise<void>
}

/** Takes over the section. */
export function createDisplaysSection(): DisplaysSection {
  const section = elementOf('displays-section', HTMLElement)
  const table = elementOf('displays-table', HTMLElement)
  const body = elementOf('displays', HTMLTableSectionElement)
  const fault = elementOf('displays-fault', HTMLElement)
  const secret = elementOf('display-secret', HTMLElement)

  const load = async (): Promise<void> => {
    const displays = (await ask('GET', path)) as readonly DisplayEntry[]
    setShown(table, displays.length > 0)
    body.replaceChildren(...displays.map(rowFor))
  }
  const rowFor = (display: DisplayEntry): HTMLTableRowElement => {
    const revoke = armedButton('Revoke', () =>
      attempt(section, fault, async () => {
        await ask('DELETE', `${path}/${encodeURIComponent(display.id)}`)
        await load()
      }),
    )
    const label = elementWith('span', 'table-lead')
    label.textContent = display.label
    const made = `${formatDay(display.createdAt)} by ${display.createdBy}`
    return rowOf([
      cell([label]),
      cell(viewNames[display.view]),
      cell(made),
      cell([revoke], 'actions'),
    ])
  }

  onSubmit(elementOf('add-display', HTMLFormElement), fault, async (form) => {
    const body = { label: textOf(form, 'label'), view: textOf(form, 'view') }
    const made = (await ask('POST', path, { body })) as DisplayEntry & { token: string }
    form.reset()
    const link = `${location.origin}/#display=${made.token}`
    showSecret(secret, `Link for ${made.label}. It is shown here only:`, link)
    await load()
  })
  return { load }
}
