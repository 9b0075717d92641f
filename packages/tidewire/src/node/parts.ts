import { MemoryBroker } from '../brokers/memory.ts'
import { AdmissionQueue } from '../core/admission/admission-queue.ts'
import { LoopDelay } from '../core/admission/loop-delay.ts'
import type { ChannelDeclarations } from '../core/channel/options.ts'
import { ChannelRules } from '../core/channel/rules.ts'
import { limitsFrom } from '../core/connection/limits.ts'
import { Hub } from '../core/hub.ts'
import { ConnectionQuota } from '../core/limits/connection-quota.ts'
import type { Clock } from '../core/ports/clock.ts'
import { silentLogger } from '../core/ports/logger.ts'
import { TimerWheel } from '../core/timer-wheel.ts'
import { jsonCodec } from '../protocol/json-codec.ts'
import { WebSocketTransport } from '../transports/websocket.ts'
import { assertOptions } from './assert-options.ts'
import { type Authenticators, authenticatorsFrom } from './auth/authenticators.ts'
import { TrustedProxies } from './client-address.ts'
import { Door } from './door.ts'
import { PlainHttp, type PlainHttpSurroundings } from './http/plain-http.ts'
import { MeasuredBroker } from './metrics/measured-broker.ts'
import type { AdmissionOptions, TidewireOptions } from './options.ts'
import { Origins } from './origins.ts'
import { Room } from './room.ts'
import { backgroundClock, randomId, systemClock } from './system.ts'

/**
 * What a server is made of, wired together: the engine behind one door, its
 * broker, and the ways in. The only place that knows all of them.
 */
export interface Parts {
  readonly broker: MeasuredBroker
  readonly hub: Hub
  readonly door: Door
  readonly queue: AdmissionQueue
  readonly loopDelay: LoopDelay
  readonly webSocket: WebSocketTransport
  readonly http: PlainHttp
  /** Whether who brings no credential with the handshake has no other way in. */
  readonly needsIdentity: boolean
}

/** @throws TypeError for options that make no sense. */
export function partsOf(options: TidewireOptions<ChannelDeclarations>, server: Server): Parts {
  assertOptions(options)
  const limits = limitsFrom(options.limits ?? {})
  const logger = options.logger ?? silentLogger
  const wheel = new TimerWheel(systemClock)
  const { requests, tokens } = authenticatorsFrom(options.auth ?? {}, {
    clock: wheel,
    timeoutMs: limits.authTimeoutMs,
    logger,
  })
  const broker = new MeasuredBroker(
    options.broker ?? new MemoryBroker({ clock: systemClock, makeId: randomId }),
    systemClock,
  )
  const hub = new Hub({
    rules: new ChannelRules(options.channels),
    methods: options.methods ?? {},
    broker,
    authenticator: tokens,
    limits,
    clock: systemClock,
    wheel,
    logger,
    makeId: randomId,
    dutyCycle: options.dutyCycle ?? defaultDutyCycle,
    tracer: options.tracing,
  })
  const loopDelay = new LoopDelay(backgroundClock)
  const queue = admissionQueue(loopDelay, options.admission)
  const entrance = entranceOf(options, { hub, queue, requests })
  const webSocket = webSocketTransport(options, hub, wheel)
  const needsIdentity = requests.areTheOnlyWay
  const surroundings = { hub, needsIdentity, clock: systemClock, ...entrance, ...server }
  const http = new PlainHttp(options, surroundings)
  return { broker, hub, queue, loopDelay, webSocket, http, needsIdentity, door: entrance.door }
}

/** What the parts ask the server as a whole. */
type Server = Pick<PlainHttpSurroundings, 'isDraining' | 'metricsText'>

type Entrance = Pick<PlainHttpSurroundings, 'door' | 'origins' | 'isOpen' | 'proxies'>

function entranceOf(
  options: TidewireOptions<ChannelDeclarations>,
  { hub, queue, requests }: Pick<Parts, 'hub' | 'queue'> & Pick<Authenticators, 'requests'>,
): Entrance {
  const { clock, counters, limits, logger, rates } = hub
  const { authenticator, areAmbient } = requests
  const quota = new ConnectionQuota(limits)
  const room = new Room({ quota, users: rates.users, counters, clock, logger })
  const proxies = new TrustedProxies(options.trustProxy)
  const allowed = options.origins ?? (areAmbient ? 'same-host' : 'any')
  const origins = new Origins({ allowed, proxies })
  const door = new Door({ authenticator, origins, proxies, room, queue, counters, logger })
  return { door, origins, isOpen: allowed === 'any', proxies }
}

function webSocketTransport(
  { compression }: TidewireOptions<ChannelDeclarations>,
  { accept, clock, limits, logger }: Hub,
  wheel: Clock,
): WebSocketTransport {
  const { heartbeatMs, maxPayloadBytes } = limits
  const compressAboveBytes =
    compression === undefined ? null : (compression.thresholdBytes ?? defaultThresholdBytes)
  const codecs = [jsonCodec]
  return new WebSocketTransport({
    accept,
    codecs,
    compressAboveBytes,
    heartbeatMs,
    maxPayloadBytes,
    clock,
    wheel,
    logger,
  })
}

function admissionQueue(
  loopDelay: LoopDelay,
  { maxLoopDelayMs = 100, maxWaiting = 10_000, maxWaitMs = 10_000 }: AdmissionOptions = {},
): AdmissionQueue {
  const options = { loopDelay, maxLoopDelayMs, maxWaiting, maxWaitMs, perTurn: handshakesPerTurn }
  return new AdmissionQueue(systemClock, options)
}

/** A fifth of a core at most; see docs/decisions/0005. */
const defaultDutyCycle = 4

const defaultThresholdBytes = 1_024

/** Some 5 ms of work. */
const handshakesPerTurn = 20
