/** What the colours of the map mean. The lines and marks of the outcomes are in the page itself. */

import { severityBands } from '../model/severity.ts'
import { elementOf, elementWith } from './element.ts'

/** Lists the severity bands, and gives their colours to the style sheets as `--severity-NAME`. */
export function createLegend(): void {
  const list = elementOf('legend-severity', HTMLUListElement)
  for (const band of severityBands) {
    document.documentElement.style.setProperty(`--severity-${band.name}`, band.colour)
    const item = elementWith('li', 'legend-band')
    item.dataset['severity'] = band.name
    item.textContent = band.label
    list.append(item)
  }
}
