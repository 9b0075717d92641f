/**
 * The attack map, put together: receivers → feed → pipeline → bus → channels.
 *
 * Knows every part and holds no logic of its own. Starts completely or not at
 * all: when one part cannot start, those before it are closed again.
 */
import { type Access, closeAccess, openAccess } from './access/access.ts'
import { connectionAuth } from './access/connection-auth.ts'
import { addFirstAdmin } from './access/first-admin.ts'
import type { Passwords } from './access/passwords.ts'
import { tellAdministrators } from './admin-news.ts'
import { type Bus, createBus } from './bus.ts'
import { type AttackMapTide, createTide } from './channels.ts'
import { Closers } from './closers.ts'
import { LineCounter } from './counts.ts'
import { openDataFolder } from './data/data-folder.ts'
import { fillAddressPool } from './demo/address-pool.ts'
import { DemoFeed } from './demo/demo-feed.ts'
import { DemoTraffic } from './demo/demo-traffic.ts'
import { seededRandom } from './demo/random.ts'
import type { GeoFile } from './enrich/geo-file.ts'
import { openGeoFile } from './enrich/open-geo-file.ts'
import { Feed } from './feed.ts'
import { createHttpServer } from './http.ts'
import { Inbox } from './inbox.ts'
import type { LineSink } from './ingest/line-sink.ts'
import type { Receiver } from './ingest/receiver.ts'
import { openHttp, openSyslogTcp, openSyslogUdp } from './listen.ts'
import type { Options } from './options.ts'
import { Pipeline } from './pipeline.ts'
import { startPublishing } from './publish.ts'
import { SourceMonitor } from './source-monitor.ts'
import { AttackTally } from './stats.ts'
import { accessRoutes } from './web-api/access-routes.ts'
import { createSessionMiddleware } from './web-api/session-middleware.ts'

const webSocketPath = '/ws'
const adminWebSocketPath = '/ws/admin'

/** What the command line does not say. */
export interface Surroundings {
  /** The folder of the built page. */
  readonly webRoot: string
  /** Makes and checks password hashes. */
  readonly passwords: Passwords
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
  /** Seed of generated traffic: the same one gives the same lines. */
  readonly demoSeed: number
  /** Takes what goes wrong while running, one line each. */
  readonly warn: (message: string) => void
}

/** Where something listens. */
export type BoundAddress = Pick<Receiver, 'address' | 'port'>

/** A running attack map. */
export interface AttackMap {
  readonly http: BoundAddress
  readonly syslogUdp: BoundAddress
  readonly syslogTcp: BoundAddress
  /** Path of the geo file in use. */
  readonly geoFile: string
  /** Where users, settings and the audit log are. */
  readonly dataFolder: string
  /** The password of the administrator that was made just now; null on every other start. */
  readonly oneTimePassword: string | null
  /** Carries every event, whole. */
  readonly bus: Bus
  /** Lines nobody could read. */
  readonly inbox: Inbox
  /** Ends connections and listeners. */
  close(): Promise<void>
}

/** Starts everything; rejects with a StartupError when the operator has to change an option. */
export async function startAttackMap(
  options: Options,
  surroundings: Surroundings,
): Promise<AttackMap> {
  const closers = new Closers()
  try {
    return await start(options, surroundings, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function start(
  options: Options,
  surroundings: Surroundings,
  closers: Closers,
): Promise<AttackMap> {
  const { now, warn } = surroundings
  const folder = await openDataFolder(options.dataFolder)
  const access = await openAccess({ folder, ...surroundings })
  closers.add(() => closeAccess(access))
  const geo = await openGeoFile(options.geoFile, warn)
  closers.add(() => geo.close())
  const { bus, counter, inbox, tally, sources, pipeline } = createCore(geo, now)

  const { http, tide } = await openWeb({ options, surroundings, access, counter })
  closers.add(() => closeWeb(http, tide))

  const demo = options.demo ? createDemo(pipeline, geo, surroundings) : null
  const silentAfterMs = () => access.settings.current.silentAfterSeconds * 1000
  const feed = new Feed({ sink: pipeline, counter, tally, demo, now, silentAfterMs })
  closers.add(() => feed.close())
  const syslogUdp = await openSyslogUdp(feed, options, now)
  closers.add(syslogUdp.close)
  const syslogTcp = await openSyslogTcp(feed, options, now)
  closers.add(syslogTcp.close)

  const onError = (error: unknown) => warn(`an event could not be published: ${error}`)
  closers.add(
    startPublishing({
      bus,
      channels: tide,
      snapshot: () => feed.snapshot(),
      sources: () => sources.report(now(), silentAfterMs()),
      onError,
    }),
  )
  demo?.start()
  // Last: a start that fails must not leave an administrator whose password nobody saw.
  const oneTimePassword = await addFirstAdmin(access.users)
  return {
    http,
    syslogUdp,
    syslogTcp,
    geoFile: geo.path,
    dataFolder: folder.path,
    oneTimePassword,
    bus,
    inbox,
    close: () => closers.closeAll(),
  }
}

interface WebOptions {
  readonly options: Options
  readonly surroundings: Surroundings
  readonly access: Access
  readonly counter: LineCounter
}

/** Pages, API and WebSocket on one port, all behind the same sessions. */
async function openWeb({ options, surroundings, access, counter }: WebOptions) {
  const { webRoot, warn } = surroundings
  const { trustProxy } = options
  const session = createSessionMiddleware(access.sessions)
  const routes = accessRoutes({ access, session, webRoot, warn })
  const server = createHttpServer({ webRoot, counter, routes, trustProxy })
  const tide = createTide({ auth: connectionAuth(access, session), trustProxy })
  tide.attach(server, { path: webSocketPath })
  tide.attach(server, { path: adminWebSocketPath, rejectAnonymous: true })
  tellAdministrators(access, tide, warn)
  return { http: await openHttp(server, options), tide }
}

/**
 * Takes no new connections, says goodbye to the viewers, waits for the last.
 * The server stops listening first, or viewers would come straight back.
 */
async function closeWeb(http: Receiver, tide: AttackMapTide): Promise<void> {
  const closed = http.close()
  await tide.close()
  await closed
}

/** The parts between a line and the bus; they hold no sockets and no timers. */
function createCore(geo: GeoFile, now: () => number) {
  const bus = createBus()
  const counter = new LineCounter()
  const inbox = new Inbox()
  const tally = new AttackTally(now)
  bus.on('enriched', (event) => tally.add(event))
  const sources = new SourceMonitor()
  bus.on('settled', (line) => sources.add(line))
  const pipeline = new Pipeline({ bus, counter, inbox, locate: (address) => geo.locate(address) })
  return { bus, counter, inbox, tally, sources, pipeline }
}

function createDemo(sink: LineSink, geo: GeoFile, { demoSeed, now }: Surroundings): DemoFeed {
  const random = seededRandom(demoSeed)
  const pool = fillAddressPool((address) => geo.locate(address), random)
  return new DemoFeed({ sink, traffic: new DemoTraffic(pool, random), random, now })
}
