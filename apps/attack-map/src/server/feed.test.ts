import { describe, expect, it } from 'vitest'
import { createBus } from './bus.ts'
import { LineCounter } from './counts.ts'
import { DemoFeed } from './demo/demo-feed.ts'
import { DemoTraffic } from './demo/demo-traffic.ts'
import { Feed } from './feed.ts'
import { Inbox } from './inbox.ts'
import { Pipeline } from './pipeline.ts'
import { AttackTally } from './stats.ts'

const attack = 'Dec 10 06:55:48 lab sshd[1]: Failed password for a from 1.2.3.4 port 5 ssh2'
const udp = { kind: 'udp', sender: 'a' } as const
const generated = { kind: 'demo', sender: 'generated' } as const

function createFeed(withDemo: boolean) {
  const clock = { now: 1_000_000 }
  const now = () => clock.now
  const bus = createBus()
  const counter = new LineCounter()
  const tally = new AttackTally(now)
  bus.on('enriched', (event) => tally.add(event))
  const pipeline = new Pipeline({ bus, counter, inbox: new Inbox(), locate: () => null })
  const traffic = new DemoTraffic({ attackers: ['1.2.3.4'], sites: ['5.6.7.8'] }, () => 0.5)
  const demo = withDemo ? new DemoFeed({ sink: pipeline, traffic, random: () => 0.5, now }) : null
  const feed = new Feed({
    sink: pipeline,
    counter,
    tally,
    demo,
    now,
    silentAfterMs: () => 60_000,
  })
  return { feed, demo, pipeline, clock }
}

describe('Feed', () => {
  it('shows generated traffic until the first real line, and never again', () => {
    const { feed, demo, pipeline } = createFeed(true)
    demo?.start()
    pipeline.accept({ source: generated, text: attack, at: 1 })
    expect(feed.snapshot()).toMatchObject({
      feed: 'demo',
      lines: { received: 1 },
      actions: { blocked: 1 },
      lastLineAt: null,
    })
    feed.accept({ source: udp, text: attack, at: 1_000_000 })
    expect(demo?.isRunning).toBe(false)
    demo?.start()
    expect(demo?.isRunning).toBe(false)
    expect(feed.snapshot()).toMatchObject({
      feed: 'live',
      lines: { received: 1 },
      actions: { blocked: 1 },
      lastLineAt: 1_000_000,
    })
  })

  it('takes a line that was too long for a sign of life', () => {
    const { feed, demo } = createFeed(true)
    demo?.start()
    feed.drop(udp, 1_000_000)
    expect(demo?.isRunning).toBe(false)
    expect(feed.snapshot()).toMatchObject({ feed: 'live', lines: { dropped: 1 } })
  })

  it('is silent before the first line and a minute after the last', () => {
    const { feed, clock } = createFeed(false)
    expect(feed.snapshot().feed).toBe('silent')
    feed.accept({ source: udp, text: attack, at: clock.now })
    clock.now += 60_000
    expect(feed.snapshot().feed).toBe('live')
    clock.now += 1
    expect(feed.snapshot().feed).toBe('silent')
  })
})
