import type { PublishResult } from '../../client/channel.ts'
import { isTidewireError } from '../../client/tidewire-error.ts'
import { BrokerUnavailable } from '../../core/ports/broker.ts'
import { place } from './judge.ts'
import type { ChannelLedger, Note } from './ledger.ts'
import { promise } from './violation.ts'

/**
 * One publish and what became of it.
 */
export interface Publication {
  readonly channel: string
  readonly note: Note
  /** The ids of all that were published with the same key, this one's own included. */
  readonly sameKey: number[]
  outcome: PublicationOutcome
}

type PublicationOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'acknowledged'; readonly result: PublishResult }
  | { readonly kind: 'rejected'; readonly code: string }

/** Follows a publish to its end. */
export function follow(publication: Publication, published: Promise<PublishResult>): void {
  published.then(
    (result) => {
      publication.outcome = { kind: 'acknowledged', result }
    },
    (cause: unknown) => {
      publication.outcome = { kind: 'rejected', code: codeOf(cause) }
    },
  )
}

/**
 * What a publish promises: acknowledged, it is in the channel once, where the
 * answer says; rejected, at most once. A new life of the log knows no keys.
 *
 * @throws Violation
 */
export function judgePublication(publication: Publication, ledger: ChannelLedger): void {
  const { note, outcome, channel, sameKey } = publication
  const what = `event ${note.id} of ${note.by} on ${channel}`
  const stores = sameKey.flatMap((id) => ledger.storesOf(id))
  const lives = new Set(stores.map(({ life }) => life))
  promise(stores.length === lives.size, `${what} was stored ${stores.length} times`)
  promise(outcome.kind !== 'open', `${what} was neither acknowledged nor rejected`)
  if (outcome.kind === 'rejected') {
    return promise(expected.has(outcome.code), `${what} was rejected: ${outcome.code}`)
  }
  const { position, duplicate } = outcome.result
  promise(stores.length > 0, `${what} was acknowledged and is not there`)
  if (position === null) return
  const stored = ledger.at(position.epoch, position.offset)
  const isThere = stored !== null && sameKey.includes(stored.id)
  promise(isThere, `${what} was acknowledged at ${place(position)}, and is not there`)
  promise(duplicate || stored.id === note.id, `${what} is a duplicate, and was not told so`)
}

function codeOf(cause: unknown): string {
  if (cause instanceof BrokerUnavailable) return 'BROKER_UNAVAILABLE'
  return isTidewireError(cause) ? cause.code : String(cause)
}

/** Rejections that faults explain. */
const expected: ReadonlySet<string> = new Set([
  'BROKER_UNAVAILABLE',
  'CONNECTION_LOST',
  'DISPOSED',
  'QUEUE_FULL',
  'TIMEOUT',
])
