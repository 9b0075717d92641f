import { fromPackage } from './from-package.ts'

/**
 * Faults to be found, one at a time: whoever trusts the soak can see what it says
 * of each. `npm run soak -- --minutes 1 --plant kept-connections`.
 */
const faults: Readonly<Record<string, () => Promise<void>>> = {
  /** A set that nobody takes connections out of. */
  async 'kept-connections'() {
    const kept = new Set<object>()
    await atStartOfConnections((connection) => kept.add(connection))
  },

  /** A timer for each connection that nobody clears. */
  'kept-timers': () => atStartOfConnections(() => setInterval(() => undefined, 60_000)),

  /** A place on the wheel for each connection that nobody gives back. */
  'kept-wheel-timers': () =>
    atStartOfConnections(({ engine }) => engine.wheel.after(3_600_000, () => undefined)),

  /** A few bytes of each event, kept outside of every class. */
  async 'kept-bytes'() {
    const kept: Buffer[] = []
    const { prototype } = await fromPackage<Broker>('brokers/memory.js', 'MemoryBroker')
    const { publish } = prototype
    prototype.publish = function publishAndKeep(...event) {
      kept.push(Buffer.alloc(200))
      return publish.apply(this, event)
    }
  },

  /** One frame in a thousand reaches nobody. */
  async 'lost-frames'() {
    let count = 0
    const { prototype } = await fromPackage<Link>('transports/websocket/link.js', 'WebSocketLink')
    const { sendShared } = prototype
    prototype.sendShared = function sendSharedOrNot(frame) {
      count += 1
      return count % 1_000 === 0 || sendShared.call(this, frame)
    }
  },
}

/** @throws TypeError for a fault nobody has written. */
export async function plantFault(name: string | undefined): Promise<void> {
  if (name === undefined) return
  const plant = faults[name]
  if (plant === undefined) {
    throw new TypeError(`there is no fault ${name}, but ${Object.keys(faults).join(', ')}`)
  }
  await plant()
}

async function atStartOfConnections(also: (connection: Connection) => unknown): Promise<void> {
  const { prototype } = await fromPackage<Connection>('core/connection/connection.js', 'Connection')
  const { start } = prototype
  prototype.start = function startAlso() {
    also(this)
    return start.call(this)
  }
}

interface Connection {
  readonly engine: { readonly wheel: { after(delayMs: number, callback: () => void): unknown } }
  start(): void
}

interface Broker {
  publish(...event: unknown[]): Promise<unknown>
}

interface Link {
  sendShared(frame: unknown): boolean
}
