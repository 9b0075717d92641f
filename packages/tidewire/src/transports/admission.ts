import type { IncomingMessage } from 'node:http'
import type { Accepted } from '../core/ports/auth.ts'
import type { UpgradeRefusal } from './refuse-upgrade.ts'

/**
 * Says whether a well-formed request may become a connection, and whose.
 *
 * Contract: never throws and never rejects, and settles within the time an
 * operator allows for it, whatever the application's own code does.
 */
export type AdmitRequest = (request: IncomingMessage) => Admission | Promise<Admission>

export type Admission =
  | {
      readonly kind: 'admitted'
      /** The client's own address, trusted proxies taken into account. */
      readonly remoteAddress: string
      /** Who it is, when the request said so. */
      readonly accepted?: Accepted | undefined
    }
  | { readonly kind: 'refused'; readonly refusal: UpgradeRefusal }
