import { MemoryBroker } from '../../src/brokers/memory.ts'
import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import { Authenticator } from '../../src/core/connection/authenticator.ts'
import { type Limits, limitsFrom } from '../../src/core/connection/limits.ts'
import { Hub } from '../../src/core/hub.ts'
import type { Methods } from '../../src/core/methods.ts'
import type { TokenStrategy } from '../../src/core/ports/auth.ts'
import type { Broker } from '../../src/core/ports/broker.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import { type LogFields, type Logger, silentLogger } from '../../src/core/ports/logger.ts'
import { connectInMemory, type MemoryPeer } from '../../src/testing/memory-link.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'

/**
 * The engine without a network, on time that stands still: everything behind
 * `createTidewire` but sockets.
 */
export function startEngine(options: EngineOptions = {}): Engine {
  const clock = new VirtualClock()
  const { congestedBytes = 1_024 } = options
  const memory = new MemoryBroker({ clock, makeId: counter('life') })
  const broker = options.wrapBroker?.(memory) ?? memory
  const logged: LoggedLine[] = []
  const logger = loggerInto(logged)
  const hub = new Hub({
    rules: new ChannelRules(options.channels ?? openChannels),
    broker,
    authenticator: new Authenticator({
      need: options.need ?? 'optional',
      strategies: options.strategies ?? [nameIsToken],
      logger,
    }),
    limits: limitsFrom(options.limits ?? {}),
    clock: options.pumpClock?.(clock) ?? clock,
    wheel: clock,
    logger,
    methods: options.methods ?? {},
    makeId: counter('id'),
    dutyCycle: 1,
  })
  const connect = () => connectInMemory(hub.accept, { clock, congestedBytes })
  return { hub, clock, broker, logged, connect }
}

/** What a test may set. */
export interface EngineOptions {
  /** Default: `open:{id}` for anyone, with history, and `plain:{id}` without. */
  readonly channels?: ChannelDeclarations
  readonly need?: 'required' | 'optional'
  /** Default: a token that does not begin with `bad` is the name of its user. */
  readonly strategies?: readonly TokenStrategy[]
  readonly limits?: Partial<Limits>
  readonly methods?: Methods
  /** Unread bytes from which on a link is congested. Default 1 KiB. */
  readonly congestedBytes?: number
  /** Puts something between the pump and the engine's clock. */
  pumpClock?(clock: Clock): Clock
  /** Puts something between the engine and its broker. */
  wrapBroker?(memory: MemoryBroker): Broker
}

/** A running engine. */
export interface Engine {
  readonly hub: Hub
  readonly clock: VirtualClock
  readonly broker: Broker
  /** What was logged, oldest first. */
  readonly logged: readonly LoggedLine[]
  connect(): MemoryPeer
}

interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: LogFields
}

/** Takes any token that does not begin with `bad` for the name of its user. */
const nameIsToken: TokenStrategy = {
  name: 'name',
  verifyToken: (token) =>
    token.startsWith('bad')
      ? { kind: 'refused' }
      : { kind: 'accepted', identity: { userId: token } },
}

const openChannels: ChannelDeclarations = {
  'open:{id}': { subscribe: 'anyone', publish: 'anyone', history: { size: 1_000 } },
  'plain:{id}': { subscribe: 'anyone', publish: 'anyone' },
}

function counter(prefix: string): () => string {
  let made = 0
  return () => {
    made += 1
    return `${prefix}${made}`
  }
}

function loggerInto(lines: LoggedLine[]): Logger {
  const at =
    (level: LoggedLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields })
    }
  return {
    ...silentLogger,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
