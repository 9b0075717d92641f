import { createServer } from 'node:http'
import { ChannelRules } from '../../../src/core/channel/rules.ts'
import { Authenticator } from '../../../src/core/connection/authenticator.ts'
import { limitsFrom } from '../../../src/core/connection/limits.ts'
import { Hub } from '../../../src/core/hub.ts'
import type { Broker } from '../../../src/core/ports/broker.ts'
import type { Clock } from '../../../src/core/ports/clock.ts'
import { silentLogger } from '../../../src/core/ports/logger.ts'
import { randomId, systemClock } from '../../../src/node/system.ts'
import { jsonCodec } from '../../../src/protocol/json-codec.ts'
import { WebSocketTransport } from '../../../src/transports/websocket.ts'
import { admitAnybody } from '../../support/admit-anybody.ts'
import { openChannels } from '../../support/open-channels.ts'
import { listen, stop } from '../../support/start-server.ts'

/** The engine on real sockets with a broker, and a clock, of the test's own: `createTidewire` takes neither. */
export async function startHub(broker: Broker, clock: Clock = systemClock): Promise<HubOnSockets> {
  const limits = limitsFrom({})
  const ports = { clock, wheel: clock, logger: silentLogger }
  const authenticator = new Authenticator({ need: 'optional', strategies: [], ...ports })
  const hub = new Hub({
    ...ports,
    rules: new ChannelRules(openChannels),
    methods: {},
    broker,
    authenticator,
    limits,
    makeId: randomId,
    dutyCycle: 4,
  })
  const transport = new WebSocketTransport({
    ...ports,
    accept: hub.accept,
    codecs: [jsonCodec],
    heartbeatMs: limits.heartbeatMs,
    maxPayloadBytes: limits.maxPayloadBytes,
    compressAboveBytes: null,
  })
  const http = createServer()
  http.on('upgrade', (request, socket, head) => {
    transport.upgrade({ request, socket, head }, admitAnybody)
  })
  const port = await listen(http)
  return {
    hub,
    url: `ws://127.0.0.1:${port}/ws`,
    async [Symbol.asyncDispose]() {
      const ended = transport.close(1_000)
      hub.close()
      await ended
      await stop(http)
      await broker.close()
    },
  }
}

export interface HubOnSockets extends AsyncDisposable {
  readonly hub: Hub
  readonly url: string
}
