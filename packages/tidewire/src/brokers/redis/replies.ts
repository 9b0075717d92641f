import type { HistoryPage, Published } from '../../core/ports/broker.ts'
import { eventOf, noEpoch } from './event-text.ts'

/**
 * What the scripts answer, as the port has it. They are the broker's own: an
 * answer of another shape means that something else answers, and throws.
 */

/** The answer to a publish: `epoch offset`, and the fingerprint of the first payload for a key that was seen. */
export function publishedOf(answer: unknown, fingerprint: string): Published {
  if (typeof answer !== 'string') throw new TypeError('redis: not an answer to a publish')
  const [epoch = noEpoch, offset, first] = answer.split(' ')
  const position = epoch === noEpoch ? null : { epoch, offset: Number(offset) }
  if (first === undefined) return { position, duplicate: false }
  if (first === fingerprint) return { position, duplicate: true }
  return { position, duplicate: true, conflict: true }
}

/** The answer to a read: epoch, newest offset, trimmed offset, events. */
export function pageOf(answer: unknown): HistoryPage {
  const [epoch, topOffset, trimmedOffset, events] = Array.isArray(answer) ? answer : []
  if (typeof epoch !== 'string' || !Array.isArray(events)) {
    throw new TypeError('redis: not an answer to a read')
  }
  return {
    epoch,
    topOffset: Number(topOffset),
    trimmedOffset: Number(trimmedOffset),
    events: events.map((text: unknown) => eventOf(String(text), epoch)),
  }
}
