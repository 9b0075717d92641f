/** The composition of the admin page: sections, and the live channels behind them. */

import { openAdminFeed } from './admin/admin-feed.ts'
import { createAuditSection } from './admin/audit-section.ts'
import { createDisplaysSection } from './admin/displays-section.ts'
import { createLogoPart } from './admin/logo-part.ts'
import { createSettingsSection } from './admin/settings-section.ts'
import { createSourcesSection } from './admin/sources-section.ts'
import { createUsersSection } from './admin/users-section.ts'
import { loadPageStart } from './api/page-start.ts'
import { showAccount } from './panels/account.ts'
import { elementOf, setShown, setText } from './panels/element.ts'
import { showSite } from './panels/site.ts'
import { startAgain } from './start-again.ts'
import './style/base.css'
import './style/top.css'
import './style/forms.css'
import './style/admin.css'

const notAdmin = 'This page is for administrators; you are signed in as somebody else.'

async function start(): Promise<void> {
  const { viewer, site } = await loadPageStart(null)
  showSite(site, 'Admin')
  showAccount(viewer, showFault)
  if (viewer.kind !== 'user' || viewer.mustChangePassword) {
    location.assign('/login?next=/admin')
  } else if (viewer.role === 'admin') {
    await open(viewer.name)
  } else {
    showFault(notAdmin)
  }
}

async function open(ownName: string): Promise<void> {
  const users = createUsersSection(ownName)
  const displays = createDisplaysSection()
  const settings = createSettingsSection()
  const audit = createAuditSection()
  const sources = createSourcesSection()
  createLogoPart()
  await Promise.all([users.load(), displays.load(), settings.load(), audit.load()])
  setShown(elementOf('board', HTMLElement), true)
  const connection = elementOf('connection', HTMLElement)
  openAdminFeed('/ws/admin', {
    onSources: (report) => sources.render(report),
    onAudit(entry) {
      audit.add(entry)
      // Somebody else may be at work on another page.
      if (entry.what.startsWith('user-')) void users.load().catch(reportError)
      if (entry.what.startsWith('display-')) void displays.load().catch(reportError)
    },
    onSettings: (current) => settings.show(current),
    onOnline: (online) => setText(connection, online ? 'Live' : 'Connection lost'),
    onAccessEnded() {
      if (!startAgain(Date.now())) showFault('The server ended this session; reload the page.')
    },
  })
}

function showFault(sentence: string): void {
  const fault = elementOf('page-fault', HTMLElement)
  setText(fault, sentence)
  setShown(fault, true)
}

void start().catch((error: unknown) => showFault(error instanceof Error ? error.message : 'failed'))
