import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { classify } from '../classify.ts'
import { openGeoFile } from '../enrich/open-geo-file.ts'
import type { ReceivedLine } from '../ingest/line-sink.ts'
import { isGlobal } from '../normalise/address.ts'
import { fillAddressPool } from './address-pool.ts'
import { DemoFeed } from './demo-feed.ts'
import { DemoTraffic } from './demo-traffic.ts'
import { seededRandom } from './random.ts'

const now = new Date(2026, 10, 21, 12).getTime()

async function bundledPool(seed: number) {
  const geo = await openGeoFile(null, () => {})
  geo.close()
  const locate = (address: string) => geo.locate(address)
  return { locate, pool: fillAddressPool(locate, seededRandom(seed)) }
}

function generate(traffic: DemoTraffic, count: number): readonly string[] {
  return Array.from({ length: count }, () => traffic.next(now))
}

describe('generated traffic', () => {
  it('repeats with its seed', async () => {
    const { pool } = await bundledPool(1)
    const lines = generate(new DemoTraffic(pool, seededRandom(7)), 200)
    expect(generate(new DemoTraffic(pool, seededRandom(7)), 200)).toEqual(lines)
    expect(generate(new DemoTraffic(pool, seededRandom(8)), 200)).not.toEqual(lines)
  })

  it('is made of lines that every parser reads as events of now', async () => {
    const { pool } = await bundledPool(1)
    const lines = generate(new DemoTraffic(pool, seededRandom(7)), 2000)
    const results = lines.map((text) => classify(text, { receivedAt: now, demo: true }))
    const events = results.flatMap((result) => (result.kind === 'event' ? [result.event] : []))
    expect(events).toHaveLength(2000)
    expect(new Set(events.map(({ vendor }) => vendor))).toEqual(
      new Set(['sshd', 'iptables', 'panos']),
    )
    expect(new Set(events.map(({ action }) => action)).size).toBe(3)
    expect(new Set(events.map((event) => event.class)).size).toBe(6)
    expect(events.every(({ at, demo }) => at === now && demo)).toBe(true)
  })

  it('comes from many countries and from public addresses only', async () => {
    const { pool, locate } = await bundledPool(1)
    const countries = new Set(pool.attackers.map((address) => locate(address)?.country))
    expect(countries.size).toBeGreaterThan(50)
    expect(pool.sites.length).toBe(6)
    expect([...pool.attackers, ...pool.sites].filter((address) => !isGlobal(address))).toEqual([])
  })

  it('needs no geo file that locates anything', () => {
    const pool = fillAddressPool(() => null, seededRandom(1))
    expect(pool.attackers.length).toBeGreaterThan(0)
    expect(pool.sites.length).toBeGreaterThan(0)
  })
})

describe('DemoFeed', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('sends 20 to 40 lines a second, in bursts, until it is stopped', () => {
    const lines: ReceivedLine[] = []
    const sink = { accept: (line: ReceivedLine) => lines.push(line), drop: () => {} }
    const random = seededRandom(3)
    const traffic = new DemoTraffic({ attackers: ['1.2.3.4'], sites: ['5.6.7.8'] }, random)
    const feed = new DemoFeed({ sink, traffic, random, now: () => now })
    expect(feed.isRunning).toBe(false)
    feed.start()
    vi.advanceTimersByTime(60_000)
    expect(lines.length / 60).toBeGreaterThan(20)
    expect(lines.length / 60).toBeLessThan(40)
    expect(lines.every(({ source }) => source.kind === 'demo')).toBe(true)
    feed.stop()
    const sent = lines.length
    vi.advanceTimersByTime(60_000)
    expect(lines).toHaveLength(sent)
  })
})
