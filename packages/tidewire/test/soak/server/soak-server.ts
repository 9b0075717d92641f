import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTidewire } from 'tidewire'
import { ownFaults } from '../../fuzz/own-faults.ts'
import { watchedProcess } from '../../fuzz/watched-process.ts'
import type { ServerQuestion, ServerTold } from '../messages.ts'
import { apiToken, options } from './application.ts'
import { plantFault } from './planted-faults.ts'
import { Probe } from './probe.ts'
import { Publisher } from './publisher.ts'

/**
 * The process under load: the package as it is shipped, on one HTTP server. It
 * looks at itself when it is asked to, and ends when something goes uncaught.
 */
function tell(message: ServerTold): void {
  process.send?.(message)
}

const onUncaught = watchedProcess()

const probe = await Probe.make()
await plantFault(process.argv[2])
const tide = createTidewire({ ...options, logger: ownFaults(onUncaught) })
const http = createServer({ headersTimeout: 2_000, requestTimeout: 5_000 }, (request, response) => {
  if (!tide.handle(request, response)) response.writeHead(404).end()
})
for (const path of ['/ws', '/open', '/deflate', '/door']) tide.attach(http, { path })
tide.attach(http, { path: '/strict', rejectAnonymous: true })
const publisher = new Publisher(tide, onUncaught)

process.on('message', (question: ServerQuestion) => {
  if (question.ask === 'sample') {
    tell({ told: 'sample', sample: probe.sample(tide, question.isThorough) })
  } else {
    publisher.stop()
    tell({ told: 'quiet', last: publisher.last })
  }
})

http.listen(0, '127.0.0.1', () => {
  publisher.start()
  // A server that listens on a host and a port has an AddressInfo.
  tell({ told: 'listening', port: (http.address() as AddressInfo).port, apiToken })
})
