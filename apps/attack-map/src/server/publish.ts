/**
 * From the bus to the channels: every event whole for operators and redacted
 * for anybody, the figures once a second, the senders every other second.
 *
 * Batching, history and slow viewers are Tidewire's business; who may read
 * which channel says its declaration.
 */
import type { OperatorAttack } from '../shared/operator-attack.ts'
import type { PublicAttack } from '../shared/public-attack.ts'
import type { SourceReport } from '../shared/source-health.ts'
import type { Stats } from '../shared/stats.ts'
import type { Bus } from './bus.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import { redact } from './redact.ts'
import { wholeAttack } from './whole-attack.ts'

const statsIntervalMs = 1000
const sourcesIntervalMs = 2000

/** The part of a Tidewire server that publishing needs. */
interface Channels {
  publish(channel: 'attacks:public', payload: PublicAttack): Promise<unknown>
  publish(channel: 'attacks:operator', payload: OperatorAttack): Promise<unknown>
  publish(channel: 'stats', payload: Stats): Promise<unknown>
  publish(channel: 'sources', payload: SourceReport): Promise<unknown>
}

/** What to publish from, and where to. */
export interface PublishOptions {
  readonly bus: Bus
  readonly channels: Channels
  readonly snapshot: () => Stats
  readonly sources: () => SourceReport
  /** A publish that failed; its event is lost to the channel. */
  readonly onError: (error: unknown) => void
}

/** Publishes until the returned function is called. */
export function startPublishing(options: PublishOptions): () => void {
  const { bus, channels, snapshot, sources, onError } = options
  const publishAttack = (event: EnrichedEvent): void => {
    channels.publish('attacks:public', redact(event)).catch(onError)
    channels.publish('attacks:operator', wholeAttack(event)).catch(onError)
  }
  const publishStats = (): void => {
    channels.publish('stats', snapshot()).catch(onError)
  }
  const publishSources = (): void => {
    channels.publish('sources', sources()).catch(onError)
  }
  bus.on('enriched', publishAttack)
  // At once, so that the first viewer need not wait for the first second.
  publishStats()
  publishSources()
  const timers = [
    setInterval(publishStats, statsIntervalMs),
    setInterval(publishSources, sourcesIntervalMs),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
    bus.off('enriched', publishAttack)
  }
}
