import { addressGroup } from './address-group.ts'

/**
 * How many connections there may be on a node, and from one address: places that
 * are reserved before anything else is known of a connection, and given back
 * when its socket closes, whatever became of it.
 */
export class ConnectionQuota {
  readonly #options: ConnectionQuotaOptions
  readonly #byGroup = new Map<string | null, Place>()
  #taken = 0

  constructor(options: ConnectionQuotaOptions) {
    this.#options = options
  }

  /** How many places are taken. */
  get taken(): number {
    return this.#taken
  }

  /** A place for a connection from this address, or why there is none. */
  reserve(address: string): Place | Refused {
    const { maxConnections, maxConnectionsPerAddress } = this.#options
    if (this.#taken >= maxConnections) return 'node'
    const group = addressGroup(address)
    const place = this.#byGroup.get(group) ?? this.#open(group)
    if (group !== null && place.taken >= maxConnectionsPerAddress) return 'address'
    this.#taken += 1
    place.taken += 1
    return place
  }

  // One object and one function for all of an address: with one for each
  // connection, each would weigh more.
  #open(group: string | null): Place {
    const place = {
      taken: 0,
      giveBack: () => {
        this.#taken -= 1
        place.taken -= 1
        if (place.taken === 0) this.#byGroup.delete(group)
      },
    }
    this.#byGroup.set(group, place)
    return place
  }
}

/** The places of one address; see `Limits`. */
export interface Place {
  taken: number
  /** Once for each that was reserved. */
  readonly giveBack: () => void
}

/** What is full: the node, or what one address may have. */
export type Refused = 'node' | 'address'

export interface ConnectionQuotaOptions {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
}
