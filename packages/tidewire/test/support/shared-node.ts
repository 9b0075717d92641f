import { createServer } from 'node:http'
import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import { Authenticator } from '../../src/core/connection/authenticator.ts'
import { limitsFrom } from '../../src/core/connection/limits.ts'
import { Hub } from '../../src/core/hub.ts'
import type { Broker } from '../../src/core/ports/broker.ts'
import { silentLogger } from '../../src/core/ports/logger.ts'
import { TimerWheel } from '../../src/core/timer-wheel.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import { jsonCodec } from '../../src/protocol/json-codec.ts'
import type { Admission } from '../../src/transports/admission.ts'
import { WebSocketTransport } from '../../src/transports/websocket.ts'
import { admitAnybody } from './admit-anybody.ts'
import { noRate } from './no-rate.ts'
import { listen, stop } from './start-server.ts'

/**
 * A server that shares its broker with others: the real engine and transport on
 * a real port, as two processes of a deploy have them.
 */
export interface SharedNode extends AsyncDisposable {
  readonly hub: Hub
  readonly port: number
  /** From now on it takes nobody new (503), and sends everybody elsewhere. */
  drain(plan: { readonly overMs: number; readonly closeAfterMs: number }): void
}

/** Starts a node. */
export async function startSharedNode(
  broker: Broker,
  channels: ChannelDeclarations,
): Promise<SharedNode> {
  const hub = makeHub(broker, channels)
  const transport = makeTransport(hub)
  const http = createServer()
  let isDraining = false
  let cancel = () => {}
  http.on('upgrade', (request, socket, head) => {
    transport.upgrade({ request, socket, head }, isDraining ? admitNobody : admitAnybody)
  })
  return {
    hub,
    port: await listen(http),
    drain(plan) {
      isDraining = true
      cancel = hub.drain(plan)
    },
    async [Symbol.asyncDispose]() {
      cancel()
      hub.close()
      await transport.close(0)
      await stop(http)
    },
  }
}

function makeHub(broker: Broker, channels: ChannelDeclarations): Hub {
  return new Hub({
    rules: new ChannelRules(channels),
    methods: {},
    broker,
    authenticator: new Authenticator({ need: 'optional', strategies: [], logger: silentLogger }),
    limits: limitsFrom(noRate),
    clock: systemClock,
    wheel: new TimerWheel(systemClock),
    logger: silentLogger,
    makeId: randomId,
    dutyCycle: 0,
  })
}

function makeTransport({ accept, limits }: Hub): WebSocketTransport {
  const { heartbeatMs, maxPayloadBytes } = limits
  return new WebSocketTransport({
    accept,
    codecs: [jsonCodec],
    clock: systemClock,
    wheel: systemClock,
    heartbeatMs,
    maxPayloadBytes,
    compressAboveBytes: null,
    logger: silentLogger,
  })
}

const admitNobody = (): Admission => ({
  kind: 'refused',
  refusal: { status: 503, code: 'DRAINING', message: 'elsewhere', headers: { 'Retry-After': '0' } },
})
