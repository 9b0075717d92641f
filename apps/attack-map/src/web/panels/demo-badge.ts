/** Says that something on the screen is generated and not real. */

import { elementOf, setShown } from './element.ts'

/** The badge on the page. */
export interface DemoBadge {
  render(shown: boolean): void
}

/** Takes over the badge of the page. */
export function createDemoBadge(): DemoBadge {
  const badge = elementOf('demo', HTMLElement)
  return { render: (shown) => setShown(badge, shown) }
}
