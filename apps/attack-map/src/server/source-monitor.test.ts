import { describe, expect, it } from 'vitest'
import type { SettledLine } from './bus.ts'
import { sourceReportSchema } from './channel-schemas.ts'
import { SourceMonitor } from './source-monitor.ts'

function line(sender: string, fields: Partial<SettledLine> = {}): SettledLine {
  return { source: { kind: 'udp', sender }, at: 0, outcome: 'parsed', deviceAt: null, ...fields }
}

describe('SourceMonitor', () => {
  it('tells how each sender is', () => {
    const monitor = new SourceMonitor()
    monitor.add(line('10.0.0.1', { at: 1000, deviceAt: 4000 }))
    monitor.add(line('10.0.0.1', { at: 2000, outcome: 'unparsed' }))
    expect(monitor.report(2000, 60_000)).toEqual({
      at: 2000,
      more: 0,
      sources: [
        {
          sender: '10.0.0.1',
          kind: 'udp',
          lastSeenAt: 2000,
          ratePerSecond: 0.19,
          received: 2,
          unparsedShare: 0.5,
          clockSkewMs: 3000,
          silent: false,
        },
      ],
    })
  })

  it('comes close to the rate of steady traffic, and back to none', () => {
    const monitor = new SourceMonitor()
    for (let at = 0; at <= 60_000; at += 100) monitor.add(line('a', { at }))
    expect(monitor.report(60_000, 1).sources[0]?.ratePerSecond).toBeCloseTo(10, 0)
    expect(monitor.report(160_000, 1).sources[0]?.ratePerSecond).toBeCloseTo(0, 1)
  })

  it('calls a sender silent after the time that is allowed, and puts it first', () => {
    const monitor = new SourceMonitor()
    monitor.add(line('quiet', { at: 0 }))
    for (const _ of [1, 2, 3]) monitor.add(line('busy', { at: 60_001 }))
    expect(monitor.report(60_000, 60_000).sources.map(({ silent }) => silent)).toEqual([
      false,
      false,
    ])
    expect(
      monitor.report(60_001, 60_000).sources.map(({ sender, silent }) => [sender, silent]),
    ).toEqual([
      ['quiet', true],
      ['busy', false],
    ])
  })

  it('puts up with a clock that steps back', () => {
    const monitor = new SourceMonitor()
    monitor.add(line('a', { at: 1000 }))
    monitor.add(line('a', { at: 10 }))
    expect(monitor.report(500, 60_000).sources[0]).toMatchObject({
      lastSeenAt: 1000,
      ratePerSecond: 0.2,
    })
  })

  it('bounds its memory and what it tells', () => {
    const monitor = new SourceMonitor(300)
    for (let index = 0; index < 1000; index += 1) monitor.add(line(`host-${index}`))
    const report = monitor.report(0, 60_000)
    expect(report.sources).toHaveLength(200)
    expect(report.more).toBe(101)
    expect(sourceReportSchema.parse(report)).toEqual(report)
    for (let index = 0; index < 1000; index += 1) monitor.add(line('host-999', { at: 1 }))
    expect(monitor.report(1, 60_000).sources[0]).toMatchObject({ sender: '*', received: 1700 })
  })
})
