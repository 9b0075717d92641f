/**
 * From the bus to the channels: every event redacted, the figures once a second.
 *
 * Batching, history and slow viewers are Tidewire's business.
 */
import type { PublicAttack } from '../shared/public-attack.ts'
import type { Stats } from '../shared/stats.ts'
import type { Bus } from './bus.ts'
import { redact } from './redact.ts'

const statsIntervalMs = 1000

/** The part of a Tidewire server that publishing needs. */
interface Channels {
  publish(channel: 'attacks:public', payload: PublicAttack): Promise<unknown>
  publish(channel: 'stats', payload: Stats): Promise<unknown>
}

/** What to publish from, and where to. */
export interface PublishOptions {
  readonly bus: Bus
  readonly channels: Channels
  readonly snapshot: () => Stats
  /** A publish that failed; its event is lost to the channel. */
  readonly onError: (error: unknown) => void
}

/** Publishes until the returned function is called. */
export function startPublishing(options: PublishOptions): () => void {
  const { bus, channels, snapshot, onError } = options
  const stopAttacks = listen(bus, (attack) => {
    channels.publish('attacks:public', attack).catch(onError)
  })
  const publishStats = (): void => {
    channels.publish('stats', snapshot()).catch(onError)
  }
  // At once, so that the first viewer need not wait for the first second.
  publishStats()
  const timer = setInterval(publishStats, statsIntervalMs)
  return () => {
    clearInterval(timer)
    stopAttacks()
  }
}

function listen(bus: Bus, onAttack: (attack: PublicAttack) => void): () => void {
  const listener = (event: Parameters<typeof redact>[0]): void => onAttack(redact(event))
  bus.on('enriched', listener)
  return () => bus.off('enriched', listener)
}
