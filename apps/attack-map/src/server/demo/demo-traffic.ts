/**
 * Generated traffic, line by line: campaigns of one attacker against one site,
 * with single probes from elsewhere in between.
 */
import type { AddressPool } from './address-pool.ts'
import {
  type DemoLine,
  iptablesLine,
  panosThreatLine,
  panosTrafficLine,
  panosUrlLine,
  sshdLine,
} from './demo-lines.ts'
import { between, pick, type Random } from './random.ts'

const longestCampaign = 30
const shareOfProbes = 0.4

// How often each format is chosen; packet filters are the noisiest.
const formats: readonly DemoLine[] = [
  iptablesLine,
  iptablesLine,
  iptablesLine,
  sshdLine,
  panosTrafficLine,
  panosThreatLine,
  panosThreatLine,
  panosUrlLine,
]

interface Campaign {
  readonly attacker: string
  readonly site: string
  readonly format: DemoLine
  linesLeft: number
}

/** An endless source of lines; the same pool and random numbers give the same lines. */
export class DemoTraffic {
  readonly #pool: AddressPool
  readonly #random: Random
  #campaign: Campaign

  constructor(pool: AddressPool, random: Random) {
    this.#pool = pool
    this.#random = random
    this.#campaign = this.#newCampaign()
  }

  /** The next line, as written at `at` ms since the epoch. */
  next(at: number): string {
    const { attacker, site, format } = this.#nextAttack()
    return format({ attacker, site, at, random: this.#random })
  }

  #nextAttack(): Campaign {
    if (this.#random() < shareOfProbes) return this.#newCampaign()
    if (this.#campaign.linesLeft === 0) this.#campaign = this.#newCampaign()
    this.#campaign.linesLeft--
    return this.#campaign
  }

  #newCampaign(): Campaign {
    return {
      attacker: pick(this.#random, this.#pool.attackers),
      site: pick(this.#random, this.#pool.sites),
      format: pick(this.#random, formats),
      linesLeft: between(this.#random, 1, longestCampaign),
    }
  }
}
