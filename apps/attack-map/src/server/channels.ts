/**
 * The channels of the attack map, with the schemas of what travels on them.
 *
 * `import type { AttackMapTide }` gives the page its types; the schemas say at
 * run time what the shared types say at compile time.
 */
import { createTidewire } from 'tidewire'
import { z } from 'zod'
import type { PublicAttack } from '../shared/public-attack.ts'
import type { Stats } from '../shared/stats.ts'

const historySize = 2000
const historyMs = 10 * 60_000
const windowMs = 100
const maxEvents = 50
const mostTopCountries = 10

const country = z.string().regex(/^[A-Z]{2}$/)
const count = z.int().nonnegative()
const time = z.number()

const place = z.strictObject({
  country,
  latitude: z.int().min(-90).max(90),
  longitude: z.int().min(-180).max(180),
})

const publicAttack = z.strictObject({
  at: time,
  from: place.readonly().nullable(),
  to: place.readonly().nullable(),
  class: z.enum(['brute-force', 'scan', 'intrusion', 'malware', 'web', 'policy', 'other']),
  severity: z.int().min(0).max(10),
  action: z.enum(['blocked', 'allowed', 'alerted', 'unknown']),
  count: z.int().min(1),
  demo: z.boolean(),
})

const lineCounts = z.strictObject({
  received: count,
  parsed: count,
  unparsed: count,
  filtered: count,
  dropped: count,
})

const stats = z.strictObject({
  at: time,
  since: time,
  lines: lineCounts.readonly(),
  actions: z
    .strictObject({ blocked: count, allowed: count, alerted: count, unknown: count })
    .readonly(),
  classes: z
    .strictObject({
      'brute-force': count,
      scan: count,
      intrusion: count,
      malware: count,
      web: count,
      policy: count,
      other: count,
    })
    .readonly(),
  ratePerSecond: z.number().nonnegative(),
  topCountries: z
    .array(z.strictObject({ country, count }).readonly())
    .max(mostTopCountries)
    .readonly(),
  lastLineAt: time.nullable(),
  feed: z.enum(['live', 'demo', 'silent']),
})

/** The payload of `attacks:public`. */
export const publicAttackSchema: z.ZodType<PublicAttack> = publicAttack.readonly()

/** The payload of `stats`. */
export const statsSchema: z.ZodType<Stats> = stats.readonly()

/** A Tidewire server with the channels of the map; attach it to an HTTP server. */
export function createTide() {
  return createTidewire({
    channels: {
      'attacks:public': {
        schema: publicAttackSchema,
        subscribe: 'anyone',
        publish: 'nobody',
        history: { size: historySize, ttlMs: historyMs },
        windowMs,
        maxEvents,
      },
      stats: {
        schema: statsSchema,
        subscribe: 'anyone',
        publish: 'nobody',
        delivery: 'latest',
      },
    },
  })
}

/** What `connect<AttackMapTide>()` needs to know. */
export type AttackMapTide = ReturnType<typeof createTide>
