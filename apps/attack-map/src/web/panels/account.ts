/** Who looks at this page, with the way in or out. */

import type { Viewer } from '../../shared/access.ts'
import { ask } from '../api/ask.ts'
import { elementOf, setShown, setText } from './element.ts'

const roleNames = { operator: 'Operator', admin: 'Administrator' } as const

/** Takes over the account corner of the page. */
export function showAccount(viewer: Viewer, onFault: (sentence: string) => void): void {
  const { name, role } = wordsFor(viewer)
  const who = elementOf('account-who', HTMLAnchorElement)
  setShown(who, name !== '')
  setText(elementOf('account-name', HTMLElement), name)
  setText(elementOf('account-role', HTMLElement), role)
  setShown(elementOf('account-sign-in', HTMLElement), viewer.kind === 'anonymous')
  const isUser = viewer.kind === 'user'
  // A display has no password, so nothing to click on.
  if (!isUser) who.removeAttribute('href')
  const link = document.getElementById('account-admin')
  if (link !== null) setShown(link, isUser && viewer.role === 'admin')
  const signOut = elementOf('account-sign-out', HTMLButtonElement)
  setShown(signOut, isUser)
  signOut.addEventListener('click', () => {
    ask('POST', '/logout').then(
      () => location.assign('/'),
      (error: unknown) => onFault(error instanceof Error ? error.message : String(error)),
    )
  })
}

function wordsFor(viewer: Viewer): { readonly name: string; readonly role: string } {
  switch (viewer.kind) {
    case 'anonymous':
      return { name: '', role: '' }
    case 'user':
      return { name: viewer.name, role: roleNames[viewer.role] }
    case 'display':
      return { name: viewer.label, role: 'Display' }
  }
}
