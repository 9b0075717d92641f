import { describe, expect, it } from 'vitest'
import type { PublicAttack } from '../../shared/public-attack.ts'
import type { Stats } from '../../shared/stats.ts'
import { Dashboard } from './dashboard.ts'

const attack: PublicAttack = {
  at: 0,
  from: { country: 'CN', latitude: 35, longitude: 105 },
  to: null,
  class: 'brute-force',
  severity: 5,
  action: 'blocked',
  count: 1,
  demo: false,
}

const statsAt = (at: number, more: Partial<Stats> = {}): Stats => ({
  at,
  since: 0,
  lines: { received: 0, parsed: 0, unparsed: 0, filtered: 0, dropped: 0 },
  actions: { blocked: 0, allowed: 0, alerted: 0, unknown: 0 },
  classes: { 'brute-force': 0, scan: 0, intrusion: 0, malware: 0, web: 0, policy: 0, other: 0 },
  ratePerSecond: 0,
  topCountries: [],
  lastLineAt: null,
  feed: 'live',
  ...more,
})

const arrival = (publishedAt: number, now: number) => ({ publishedAt, now, chance: 0 })

describe('Dashboard', () => {
  it('lists what arrived, newest first, and only what passes the filter', () => {
    const dashboard = new Dashboard(null)
    dashboard.takeAttack(attack, arrival(1, 1))
    dashboard.takeAttack({ ...attack, from: null }, arrival(2, 2))
    expect(dashboard.listed(10).map((seen) => seen.publishedAt)).toEqual([2, 1])
    dashboard.narrow('CN')
    expect(dashboard.listed(10).map((seen) => seen.publishedAt)).toEqual([1])
    expect(dashboard.countListed()).toBe(1)
  })

  it('lets a fresh attack fly at once and an old one not at all', () => {
    const dashboard = new Dashboard(null)
    expect(dashboard.takeAttack(attack, arrival(1000, 1000))).toBe(0)
    expect(dashboard.takeAttack(attack, arrival(1000, 90_000))).toBeNull()
  })

  it('does not let an attack fly that the filter keeps back', () => {
    expect(new Dashboard('DE').takeAttack(attack, arrival(1000, 1000))).toBeNull()
  })

  it('judges ages by the clock of the server, not of the screen', () => {
    const dashboard = new Dashboard(null)
    dashboard.hear({ kind: 'online', at: 1000 })
    dashboard.takeStats(statsAt(3_600_000, { lastLineAt: 3_599_000 }), 1000)
    expect(dashboard.takeAttack(attack, arrival(3_600_100, 1100))).toBe(0)
    expect(dashboard.freshness(2100)).toEqual({ kind: 'live', ageMs: 1000, demo: false })
    dashboard.takeStats(statsAt(3_602_000, { lastLineAt: 3_599_000, feed: 'silent' }), 3000)
    expect(dashboard.freshness(3000)).toEqual({ kind: 'silent', ageMs: 3000 })
  })

  it('shows generated traffic as long as any of it is in the list', () => {
    const dashboard = new Dashboard(null)
    dashboard.takeAttack({ ...attack, demo: true }, arrival(0, 60_000))
    const listed = dashboard.listed(10)
    expect(dashboard.showsDemo(listed, 60_000)).toBe(true)
    expect(dashboard.showsDemo([], 60_000)).toBe(false)
  })

  it('shows generated traffic as long as any of it may be on the map', () => {
    const dashboard = new Dashboard(null)
    dashboard.takeAttack({ ...attack, demo: true }, arrival(60_000, 60_000))
    expect(dashboard.showsDemo([], 62_000)).toBe(true)
    expect(dashboard.showsDemo([], 70_000)).toBe(false)
  })

  it('shows generated traffic while the server says it feeds it', () => {
    const dashboard = new Dashboard(null)
    dashboard.takeStats(statsAt(0, { feed: 'demo' }), 0)
    expect(dashboard.showsDemo([], 70_000)).toBe(true)
    dashboard.takeStats(statsAt(0), 70_000)
    expect(dashboard.showsDemo([], 70_000)).toBe(false)
  })

  it('lists no generated traffic once real syslog arrives, not even kept events', () => {
    const dashboard = new Dashboard(null)
    const generated = { ...attack, demo: true }
    dashboard.takeStats(statsAt(0, { feed: 'demo' }), 0)
    dashboard.takeAttack(generated, arrival(1, 1))
    expect(dashboard.listed(10)).toHaveLength(1)
    const { revision } = dashboard
    dashboard.takeStats(statsAt(2), 2)
    expect(dashboard.revision).not.toBe(revision)
    expect(dashboard.takeAttack(generated, arrival(3, 3))).toBeNull()
    dashboard.takeAttack(attack, arrival(4, 4))
    expect(dashboard.listed(10).map((seen) => seen.publishedAt)).toEqual([4])
    expect(dashboard.countListed()).toBe(1)
  })
})
