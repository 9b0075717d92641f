/** What this page has to know before it connects: who looks, and what the site is called. */

import type { PageStart, Viewer } from '../../shared/access.ts'
import { ask } from './ask.ts'

const anonymousStart: PageStart = {
  viewer: { kind: 'anonymous' },
  site: { name: 'Attack map', home: null, logo: null },
}

/**
 * Asks the server; without an answer the page starts as anybody's, and connects
 * when there is a server again.
 *
 * @param token the display token of this screen, if it has one
 */
export async function loadPageStart(token: string | null): Promise<PageStart> {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` }
  try {
    // The server's own type; it is built with this page.
    return (await ask('GET', '/api/page', { headers })) as PageStart
  } catch {
    return anonymousStart
  }
}

/** Whether this viewer gets whole events. */
export function seesWholeEvents(viewer: Viewer): boolean {
  if (viewer.kind === 'user') return !viewer.mustChangePassword
  return viewer.kind === 'display' && viewer.view === 'operator'
}
