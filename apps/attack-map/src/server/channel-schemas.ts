/**
 * What travels on the channels: these schemas say at run time what the shared
 * types say at compile time.
 */
import { z } from 'zod'
import type { AdminNews, AuditAction } from '../shared/access.ts'
import type { OperatorAttack } from '../shared/operator-attack.ts'
import type { PublicAttack } from '../shared/public-attack.ts'
import type { SourceReport } from '../shared/source-health.ts'
import type { Stats } from '../shared/stats.ts'
import { settingsSchema } from './settings/settings-file.ts'

const mostTopCountries = 10

const country = z.string().regex(/^[A-Z]{2}$/)
const count = z.int().nonnegative()
const time = z.number()

const publicPlace = z.strictObject({
  country,
  latitude: z.int().min(-90).max(90),
  longitude: z.int().min(-180).max(180),
})

const exactPlace = z.strictObject({
  country,
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
})

const attack = {
  at: time,
  class: z.enum(['brute-force', 'scan', 'intrusion', 'malware', 'web', 'policy', 'other']),
  severity: z.int().min(0).max(10),
  action: z.enum(['blocked', 'allowed', 'alerted', 'unknown']),
  count: z.int().min(1),
  demo: z.boolean(),
}

const publicAttack = z.strictObject({
  ...attack,
  from: publicPlace.readonly().nullable(),
  to: publicPlace.readonly().nullable(),
})

const side = z.strictObject({ address: z.string().nullable(), port: z.int().nullable() })

const detail = z.strictObject({
  attacker: side.readonly(),
  victim: side.readonly(),
  user: z.string().nullable(),
  device: z.string().nullable(),
  vendor: z.enum(['sshd', 'iptables', 'panos']),
  direction: z.enum(['inbound', 'outbound', 'internal', 'external']),
  service: z.string().nullable(),
  signature: z.string().nullable(),
})

const operatorAttack = z.strictObject({
  ...attack,
  from: exactPlace.readonly().nullable(),
  to: exactPlace.readonly().nullable(),
  detail: detail.readonly(),
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

const sourceHealth = z.strictObject({
  sender: z.string(),
  kind: z.enum(['udp', 'tcp', 'demo']),
  lastSeenAt: time,
  ratePerSecond: z.number().nonnegative(),
  received: count,
  unparsedShare: z.number().min(0).max(1),
  clockSkewMs: z.number().nullable(),
  silent: z.boolean(),
})

const auditEntry = z.strictObject({
  at: time,
  who: z.string().nullable(),
  what: z.custom<AuditAction>((value) => typeof value === 'string'),
  target: z.string().nullable(),
  from: z.string().nullable(),
})

/** The payload of `attacks:public`. */
export const publicAttackSchema: z.ZodType<PublicAttack> = publicAttack.readonly()

/** The payload of `attacks:operator`. */
export const operatorAttackSchema: z.ZodType<OperatorAttack> = operatorAttack.readonly()

/** The payload of `stats`. */
export const statsSchema: z.ZodType<Stats> = stats.readonly()

/** The payload of `sources`. */
export const sourceReportSchema: z.ZodType<SourceReport> = z
  .strictObject({ at: time, sources: z.array(sourceHealth.readonly()).readonly(), more: count })
  .readonly()

/** The payload of `admin`. */
export const adminNewsSchema: z.ZodType<AdminNews> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('audit'), entry: auditEntry.readonly() }).readonly(),
  z.strictObject({ kind: z.literal('settings'), settings: settingsSchema }).readonly(),
])
