/** The composition of the page: model, panels, feed and map. */

import worldUrl from 'world-atlas/countries-50m.json?url'
import { openFeed } from './feed.ts'
import { WorldMap } from './map/world-map.ts'
import { type WorldTopology, worldShape } from './map/world-shape.ts'
import { filterOf } from './model/country-filter.ts'
import { Dashboard } from './model/dashboard.ts'
import { homePointOf } from './model/home-point.ts'
import { Page } from './page.ts'
import { elementOf } from './panels/element.ts'
import { createLegend } from './panels/legend.ts'
import { createNotice } from './panels/notice.ts'
import './style/page.css'
import './style/marks.css'
import './style/figures.css'
import './style/lists.css'
import './style/map.css'

/** How often the panels are drawn: quick for figures, slow enough to read. */
const renderEveryMs = 250

async function openMap(): Promise<WorldMap> {
  const response = await fetch(worldUrl)
  if (!response.ok) throw new Error(`the world map does not load: HTTP ${response.status}`)
  // The file is part of the bundle, so its shape is known.
  const topology = (await response.json()) as WorldTopology
  return new WorldMap({
    stage: elementOf('stage', HTMLElement),
    base: elementOf('map-base', HTMLCanvasElement),
    arcs: elementOf('map-arcs', HTMLCanvasElement),
    world: worldShape(topology),
    home: homePointOf(location.search),
  })
}

async function start(): Promise<void> {
  createLegend()
  const notice = createNotice()
  const dashboard = new Dashboard(filterOf(location.search))
  // Figures and lists do not wait for the map, and live without it if it cannot load.
  let map: WorldMap | null = null
  const page = new Page(dashboard, () => map?.clear())
  openFeed('/ws', {
    onAttack(attack, publishedAt) {
      const arrival = { publishedAt, now: Date.now(), chance: Math.random() }
      const delayMs = dashboard.takeAttack(attack, arrival)
      if (delayMs !== null) map?.launch(attack, delayMs)
    },
    onStats: (stats) => dashboard.takeStats(stats, Date.now()),
    onSignal: (signal) => dashboard.hear(signal),
    onNotice: (sentence) => notice.show(sentence),
    heardAt: () => dashboard.heardAt,
  })
  setInterval(() => page.render(Date.now()), renderEveryMs)
  map = await openMap().catch((error: unknown) => {
    notice.show(error instanceof Error ? error.message : 'the world map does not load')
    return null
  })
}

void start().catch(reportError)
