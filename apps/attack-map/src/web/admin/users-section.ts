/** Users: who they are, and what an administrator does to them. */

import type { Role, UserEntry } from '../../shared/access.ts'
import { ask } from '../api/ask.ts'
import { elementOf, elementWith } from '../panels/element.ts'
import { attempt, onSubmit, textOf } from '../panels/form.ts'
import { oneTimePassword } from './one-time-password.ts'
import { showSecret } from './secret-box.ts'
import { armedButton, cell, rowButton, rowOf } from './table-row.ts'

const path = '/api/admin/users'
const roles: readonly (readonly [role: Role, name: string])[] = [
  ['operator', 'Operator'],
  ['admin', 'Administrator'],
]

/** The section on the page. */
export interface UsersSection {
  /** Shows the users as the server has them. */
  load(): Promise<void>
}

/** Takes over the section; `ownName` is the user at the screen. */
export function createUsersSection(ownName: string): UsersSection {
  const section = elementOf('users-section', HTMLElement)
  const body = elementOf('users', HTMLTableSectionElement)
  const fault = elementOf('users-fault', HTMLElement)
  const secret = elementOf('user-secret', HTMLElement)

  const load = async (): Promise<void> => {
    const users = (await ask('GET', path)) as readonly UserEntry[]
    body.replaceChildren(...users.map(rowFor))
  }
  const change = (act: () => Promise<void>): void =>
    attempt(section, fault, async () => {
      try {
        await act()
      } finally {
        await load()
      }
    })

  const rowFor = (user: UserEntry): HTMLTableRowElement => {
    const own = `${path}/${encodeURIComponent(user.name)}`
    const select = roleSelect(user, (role) =>
      change(async () => {
        await ask('PUT', `${own}/role`, { body: { role } })
      }),
    )
    const renew = rowButton('New password', () =>
      change(async () => {
        const password = oneTimePassword()
        await ask('PUT', `${own}/password`, { body: { password } })
        showSecret(secret, `One-time password for ${user.name}. It is shown here only:`, password)
      }),
    )
    const remove = armedButton('Remove', () =>
      change(async () => {
        await ask('DELETE', own)
      }),
    )
    // One's own name is changed and removed by somebody else, one's own password on the way in.
    const actions = user.name === ownName ? [] : [renew, remove]
    select.disabled = user.name === ownName
    return rowOf([nameCell(user, ownName), cell([select]), cell(actions, 'actions')])
  }

  onSubmit(elementOf('add-user', HTMLFormElement), fault, async (form) => {
    const name = textOf(form, 'name')
    const password = oneTimePassword()
    await ask('POST', path, { body: { name, role: textOf(form, 'role'), password } })
    form.reset()
    showSecret(secret, `One-time password for ${name}. It is shown here only:`, password)
    await load()
  })
  return { load }
}

function nameCell(user: UserEntry, ownName: string): HTMLTableCellElement {
  const name = elementWith('span', 'table-lead')
  name.textContent = user.name
  const mark = elementWith('span', 'pill')
  mark.textContent = user.mustChangePassword ? 'one-time password' : 'you'
  const isMarked = user.mustChangePassword || user.name === ownName
  return cell(isMarked ? [name, mark] : [name])
}

function roleSelect(user: UserEntry, onChange: (role: Role) => void): HTMLSelectElement {
  const select = elementWith('select', 'input input-cell')
  select.ariaLabel = `Role of ${user.name}`
  for (const [role, name] of roles) select.add(new Option(name, role, false, role === user.role))
  select.addEventListener('change', () => {
    const [role] = roles.find(([known]) => known === select.value) ?? []
    if (role !== undefined) onChange(role)
  })
  return select
}
