import { type BenchEvent, numberBase, stampBase } from './event.ts'

/**
 * An event as the attack map publishes it to the public: some 220 bytes of
 * JSON, whose keys are always the same and whose values come from short lists.
 */
export interface AttackEvent extends BenchEvent {
  readonly from: Place
  readonly to: Place
  readonly class: string
  readonly severity: number
  readonly action: string
  readonly count: number
  readonly demo: boolean
}

/** An event for a channel: the same for the same number, no two numbers alike. */
export function makeAttack(dueUs: number, number: number): AttackEvent {
  const noise = scrambled(number)
  return {
    at: stampBase + dueUs,
    seq: numberBase + number,
    // A few countries send most of it, as in real logs.
    from: pick(places, Math.floor(((noise % 997) / 997) ** 2 * places.length)),
    to: pick(places, noise % 3),
    class: pick(classes, (noise >>> 8) % classes.length),
    severity: (noise >>> 12) % 11,
    action: pick(actions, (noise >>> 16) % actions.length),
    count: 1 + ((noise >>> 20) % 40),
    demo: false,
  }
}

interface Place {
  readonly country: string
  readonly latitude: number
  readonly longitude: number
}

const places: readonly Place[] = (
  [
    ['US', 38, -97],
    ['CN', 35, 105],
    ['DE', 51, 9],
    ['NL', 52, 6],
    ['RU', 60, 100],
    ['GB', 54, -2],
    ['IN', 20, 77],
    ['BR', -10, -55],
    ['VN', 16, 106],
    ['FR', 46, 2],
    ['SG', 1, 104],
    ['KR', 37, 128],
    ['UA', 49, 32],
    ['ID', -5, 120],
    ['TR', 39, 35],
    ['RO', 46, 25],
    ['HK', 22, 114],
    ['BG', 43, 25],
    ['IR', 32, 53],
    ['TH', 15, 100],
    ['AR', -34, -64],
    ['ZA', -29, 24],
    ['JP', 36, 138],
    ['MX', 23, -102],
  ] as const
).map(([country, latitude, longitude]) => ({ country, latitude, longitude }))

const classes = ['brute-force', 'scan', 'intrusion', 'malware', 'web', 'policy', 'other']
const actions = ['blocked', 'blocked', 'blocked', 'allowed', 'alerted', 'unknown']

/** 32 bits that look like chance: a multiplication and a shift, after Knuth. */
function scrambled(number: number): number {
  const product = Math.imul(number, 2_654_435_761)
  return Math.imul(product ^ (product >>> 15), 2_246_822_519) >>> 0
}

function pick<TItem>(items: readonly TItem[], index: number): TItem {
  const item = items[index]
  if (item === undefined) throw new RangeError(`there is no item ${index}`)
  return item
}
