/** The composition of the page: model, panels, feed and map. */

import worldUrl from 'world-atlas/countries-50m.json?url'
import { loadPageStart } from './api/page-start.ts'
import { openFeed } from './feed.ts'
import { WorldMap } from './map/world-map.ts'
import { type WorldTopology, worldShape } from './map/world-shape.ts'
import { filterOf } from './model/country-filter.ts'
import { Dashboard } from './model/dashboard.ts'
import { displayTokenOf } from './model/display-token.ts'
import { type HomePoint, homePointOf } from './model/home-point.ts'
import { Page } from './page.ts'
import { showAccount } from './panels/account.ts'
import { elementOf } from './panels/element.ts'
import { createLegend } from './panels/legend.ts'
import { createNotice } from './panels/notice.ts'
import { showSite } from './panels/site.ts'
import { startAgain } from './start-again.ts'
import './style/base.css'
import './style/top.css'
import './style/page.css'
import './style/marks.css'
import './style/figures.css'
import './style/lists.css'
import './style/map.css'

/** How often the panels are drawn: quick for figures, slow enough to read. */
const renderEveryMs = 250

const tokenWords =
  'The display token in this address is not valid (any more); this is what anybody sees.'

async function openMap(home: HomePoint | null): Promise<WorldMap> {
  const response = await fetch(worldUrl)
  if (!response.ok) throw new Error(`the world map does not load: HTTP ${response.status}`)
  // The file is part of the bundle, so its shape is known.
  const topology = (await response.json()) as WorldTopology
  return new WorldMap({
    stage: elementOf('stage', HTMLElement),
    base: elementOf('map-base', HTMLCanvasElement),
    arcs: elementOf('map-arcs', HTMLCanvasElement),
    world: worldShape(topology),
    home,
  })
}

async function start(): Promise<void> {
  createLegend()
  const notice = createNotice()
  const token = displayTokenOf(location.hash)
  const { viewer, site } = await loadPageStart(token)
  showSite(site)
  showAccount(viewer, notice.show)
  if (token !== null && viewer.kind !== 'display') notice.show(tokenWords)
  const dashboard = new Dashboard(filterOf(location.search))
  // Figures and lists do not wait for the map, and live without it if it cannot load.
  let map: WorldMap | null = null
  const page = new Page(dashboard, () => map?.clear())
  openFeed(
    { url: '/ws', viewer, token: viewer.kind === 'display' ? token : null },
    {
      onAttack(attack, publishedAt) {
        const arrival = { publishedAt, now: Date.now(), chance: Math.random() }
        const delayMs = dashboard.takeAttack(attack, arrival)
        if (delayMs !== null) map?.launch(attack, delayMs)
      },
      onStats: (stats) => dashboard.takeStats(stats, Date.now()),
      onSignal: (signal) => dashboard.hear(signal),
      onNotice: (sentence) => notice.show(sentence),
      onAccessEnded() {
        if (!startAgain(Date.now())) notice.show('The server ended this session; reload the page.')
      },
      heardAt: () => dashboard.heardAt,
    },
  )
  setInterval(() => page.render(Date.now()), renderEveryMs)
  map = await openMap(homePointOf(location.search) ?? site.home).catch((error: unknown) => {
    notice.show(error instanceof Error ? error.message : 'the world map does not load')
    return null
  })
}

void start().catch(reportError)
