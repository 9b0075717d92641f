import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTidewire } from 'tidewire'
import { apiKeys, options, verify, withoutRates } from './hostile-application.ts'
import { door } from './hostile-door.ts'
import { ownFaults } from './own-faults.ts'
import type { Question, ServerState, Told } from './server-messages.ts'
import { StallWatch } from './stall-watch.ts'
import { watchedProcess } from './watched-process.ts'

/**
 * The process under attack: the package as it is shipped, once for each way to
 * set it up, on one HTTP server, and a number for the witnesses every few
 * milliseconds.
 *
 * It tells its parent what nobody caught, and ends then.
 */
function tell(message: Told): void {
  process.send?.(message)
}

const onUncaught = watchedProcess()

const limits = { ...options.limits, ...withoutRates }
const logger = ownFaults(onUncaught)
const at = (path: string) => ({
  ...options,
  logger,
  apiKeys,
  api: { path: `${path}/api`, userChannel: 'user:{userId}' },
})
const tides = {
  '/open': createTidewire({ ...at('/open'), limits, auth: { verify } }),
  '/strict': createTidewire({ ...at('/strict'), auth: { mode: 'required', verify } }),
  '/deflate': createTidewire({ ...at('/deflate'), limits, auth: { verify }, compression: {} }),
  '/door': createTidewire({ ...at('/door'), limits, auth: door, trustProxy: ['loopback'] }),
}

const http = createServer(
  { headersTimeout: 500, requestTimeout: 500, connectionsCheckingInterval: 100 },
  (request, response) => {
    const isTaken = Object.values(tides).some((tide) => tide.handle(request, response))
    if (!isTaken) response.writeHead(404).end()
  },
)
for (const [path, tide] of Object.entries(tides)) tide.attach(http, { path })

const stalls = new StallWatch((ms) => tell({ told: 'stalled', ms }))
let last = 0
const publishing = setInterval(() => {
  last += 1
  for (const tide of Object.values(tides)) tide.publish('witness', last).catch(onUncaught)
}, 5)

process.on('message', (question: Question) => {
  if (question.ask === 'state') state().then((state) => tell({ told: 'state', state }), onUncaught)
  else if (question.ask === 'stall') tell({ told: 'stall', ms: stalls.takeLongest() })
  else {
    clearInterval(publishing)
    tell({ told: 'quiet', last })
  }
})

http.listen(0, '127.0.0.1', () => {
  stalls.start()
  // A server that listens on a host and a port has an AddressInfo.
  tell({ told: 'listening', port: (http.address() as AddressInfo).port })
})

async function state(): Promise<ServerState> {
  stalls.stop()
  const sockets = await openSockets(http)
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const connections = Object.values(tides).reduce((sum, tide) => sum + tide.connectionCount, 0)
  const { histogram } = stalls
  const inMs = (microseconds: number) => microseconds / 1_000
  // Collecting all garbage at once is this question's doing, and counts for nobody.
  stalls.start()
  return {
    heldBytes: heapUsed + arrayBuffers,
    connections,
    sockets,
    stalls: {
      samples: histogram.count,
      p99: inMs(histogram.percentile(99)),
      p9999: inMs(histogram.percentile(99.99)),
      max: inMs(histogram.max),
    },
  }
}

function openSockets(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((cause, count) => {
      if (cause === null) resolve(count)
      else reject(cause)
    })
  })
}
