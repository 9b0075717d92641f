import { describe, expect, it } from 'vitest'
import { freshnessAt, looksOld, nextSignals, noSignals, type Signal } from './freshness.ts'

const after = (...signals: readonly Signal[]) => signals.reduce(nextSignals, noSignals)

const online: Signal = { kind: 'online', at: 1000 }
const liveStats: Signal = { kind: 'stats', at: 10_000, feed: 'live', lastLineAt: 9900 }
const attack: Signal = { kind: 'attack', publishedAt: 9000 }

describe('freshness', () => {
  it('is connecting before anything was heard', () => {
    expect(freshnessAt(noSignals, 0)).toEqual({ kind: 'connecting' })
  })

  it('is connecting until the first statistics', () => {
    expect(freshnessAt(after(online), 1500)).toEqual({ kind: 'connecting' })
  })

  it('is live while attacks arrive', () => {
    const signals = after(online, attack, liveStats)
    expect(freshnessAt(signals, 10_500)).toEqual({ kind: 'live', ageMs: 1500, demo: false })
  })

  it('tells generated traffic from real traffic', () => {
    const signals = after(online, attack, { ...liveStats, feed: 'demo', lastLineAt: null })
    expect(freshnessAt(signals, 10_500)).toEqual({ kind: 'live', ageMs: 1500, demo: true })
  })

  it('is quiet when syslog arrives and nobody attacks', () => {
    const stats: Signal = { kind: 'stats', at: 40_000, feed: 'live', lastLineAt: 39_900 }
    expect(freshnessAt(after(online, attack, stats), 40_100)).toEqual({
      kind: 'quiet',
      ageMs: 31_100,
    })
    expect(freshnessAt(after(online, stats), 40_100)).toEqual({ kind: 'quiet', ageMs: null })
  })

  it('is silent, as old as the last line, when no device sends syslog', () => {
    const stats: Signal = { kind: 'stats', at: 90_000, feed: 'silent', lastLineAt: 30_000 }
    expect(freshnessAt(after(online, attack, stats), 90_500)).toEqual({
      kind: 'silent',
      ageMs: 60_500,
    })
    const never: Signal = { kind: 'stats', at: 90_000, feed: 'silent', lastLineAt: null }
    expect(freshnessAt(after(online, never), 90_500)).toEqual({ kind: 'silent', ageMs: null })
  })

  it('is stalled when a connected server stops sending statistics', () => {
    expect(freshnessAt(after(online, attack, liveStats), 15_001)).toEqual({
      kind: 'stalled',
      ageMs: 5001,
    })
    expect(freshnessAt(after(online), 6500)).toEqual({ kind: 'stalled', ageMs: 5500 })
  })

  it('gives a server that came back time for its first statistics', () => {
    const lost: Signal = { kind: 'lost', at: 12_000, retryAt: 13_000 }
    const signals = after(online, liveStats, lost, { kind: 'online', at: 60_000 })
    expect(freshnessAt(signals, 61_000).kind).not.toBe('stalled')
  })

  it('is offline, as old as the last thing heard, when the connection is down', () => {
    const lost: Signal = { kind: 'lost', at: 12_000, retryAt: 13_000 }
    expect(freshnessAt(after(online, attack, liveStats, lost), 12_500)).toEqual({
      kind: 'offline',
      ageMs: 2500,
      retryAt: 13_000,
    })
    expect(freshnessAt(after(lost), 12_500)).toEqual({
      kind: 'offline',
      ageMs: null,
      retryAt: 13_000,
    })
  })

  it('keeps the beginning of an outage through failed attempts', () => {
    const signals = after(
      online,
      { kind: 'lost', at: 12_000, retryAt: 13_000 },
      { kind: 'lost', at: 14_000, retryAt: null },
    )
    expect(signals.link).toEqual({ kind: 'lost', since: 12_000, retryAt: null })
  })

  it('is closed when the server does not want the page back', () => {
    const signals = after(online, liveStats, { kind: 'closed', at: 11_000 })
    expect(freshnessAt(signals, 12_000)).toEqual({ kind: 'closed', ageMs: 2000 })
  })

  it('does not go back when an older attack arrives late', () => {
    const signals = after(online, attack, { kind: 'attack', publishedAt: 4000 }, liveStats)
    expect(freshnessAt(signals, 10_000)).toMatchObject({ ageMs: 1000 })
  })

  it.each([
    ['live', false],
    ['quiet', false],
    ['connecting', true],
    ['silent', true],
    ['stalled', true],
    ['offline', true],
    ['closed', true],
  ] as const)('of kind %s looks old: %s', (kind, old) => {
    expect(looksOld({ kind, ageMs: 0, demo: false, retryAt: null })).toBe(old)
  })
})
