import type { Dial, LinkHandlers } from '../../client/dial.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { AcceptLink } from '../../core/ports/link.ts'
import { type DialOutcome, type LinkConditions, quietConditions } from './link-conditions.ts'
import { NetworkLink } from './network-link.ts'
import { SeededRandom } from './seeded-random.ts'

/**
 * A network without sockets, between SDK clients and hubs of one process.
 *
 * Everything happens on the clock it is given and by the chance it is given, so
 * that a run can be replayed. Without faults it is a good network; the test
 * decides what every dial meets, and can get hold of every open link.
 *
 * @example
 * const clock = new VirtualClock()
 * const network = new MemoryNetwork({ clock })
 * network.listen('ws://tide/ws', hub.accept)
 * const client = connect('ws://tide/ws', { dial: network.dial, clock })
 * await clock.advance(0)
 * for (const link of network.links) link.cut('client')
 */
export class MemoryNetwork {
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #listeners = new Map<string, AcceptLink[]>()
  readonly #links = new Set<NetworkLink>()
  #decide: (url: string) => DialOutcome = () => ({ kind: 'open', conditions: {} })
  #peakBufferedBytes = 0

  constructor({ clock, random = new SeededRandom(0) }: MemoryNetworkOptions) {
    this.#clock = clock
    this.#random = random
  }

  /** The links that are open for a server, oldest first. */
  get links(): readonly NetworkLink[] {
    return [...this.#links]
  }

  /** The most bytes that ever waited on one link that is gone. */
  get peakBufferedBytes(): number {
    return this.#peakBufferedBytes
  }

  /**
   * Answers dials to an address; several at one address share them by chance, as
   * behind a load balancer. What a dial has as its query does not matter. The
   * answer stops it; links that are open stay so.
   */
  listen(url: string, accept: AcceptLink): () => void {
    const listeners = this.#listeners.get(url) ?? []
    this.#listeners.set(url, listeners)
    listeners.push(accept)
    return () => {
      listeners.splice(listeners.indexOf(accept), 1)
    }
  }

  /** Sets what every dial from now on meets; asked once a dial, when it is made. */
  decideDials(decide: (url: string) => DialOutcome): void {
    this.#decide = decide
  }

  /** The client's way out; an address nobody listens at refuses. */
  readonly dial: Dial = (url, _protocols, handlers) => {
    const outcome = this.#decide(url)
    const conditions = {
      ...quietConditions,
      ...(outcome.kind === 'open' ? outcome.conditions : {}),
    }
    const link = this.#link(url, handlers, conditions)
    if (outcome.kind === 'unanswered') link.vanish()
    else this.#clock.after(conditions.latencyMs, () => this.#arrive(link, outcome))
    if (outcome.kind === 'open' && outcome.isDoubled) this.#openTwin(url, conditions)
    return link.clientLink
  }

  #link(url: string, handlers: LinkHandlers, conditions: LinkConditions): NetworkLink {
    return new NetworkLink(url, handlers, {
      clock: this.#clock,
      random: this.#random,
      conditions,
      onGone: (gone) => {
        this.#links.delete(gone)
        this.#peakBufferedBytes = Math.max(this.#peakBufferedBytes, gone.peakBufferedBytes)
      },
    })
  }

  #arrive(link: NetworkLink, outcome: DialOutcome): void {
    if (outcome.kind === 'open') this.#open(link)
    else link.refuse()
  }

  #openTwin(url: string, conditions: LinkConditions): void {
    const twin = this.#link(url, deaf, conditions)
    this.#clock.after(conditions.latencyMs, () => {
      this.#open(twin)
      twin.cut('nobody')
    })
  }

  #open(link: NetworkLink): void {
    const listeners = this.#listeners.get(link.url.replace(/\?.*/, '')) ?? []
    if (listeners.length === 0) return link.refuse()
    this.#links.add(link)
    link.open(this.#random.pick(listeners))
  }
}

export interface MemoryNetworkOptions {
  readonly clock: Clock
  /** Draws jitter and, with several listeners, the one that answers. Default: seed 0. */
  readonly random?: SeededRandom
}

/** The client of a doubled connection: there is nobody. */
const deaf: LinkHandlers = { onMessage: () => undefined, onClose: () => undefined }
