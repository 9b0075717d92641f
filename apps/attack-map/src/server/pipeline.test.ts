import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBus } from './bus.ts'
import { LineCounter } from './counts.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import { Inbox } from './inbox.ts'
import type { LineSource, SourceKind } from './ingest/line-sink.ts'
import { Pipeline } from './pipeline.ts'

const attack = 'Dec 10 06:55:48 lab sshd[1]: Failed password for a from 1.2.3.4 port 5 ssh2'
const quiet = 'Dec 10 06:55:48 lab sshd[1]: fatal: whatever'

function createPipeline() {
  const bus = createBus()
  const counter = new LineCounter(3)
  const inbox = new Inbox()
  const events: EnrichedEvent[] = []
  bus.on('enriched', (event) => events.push(event))
  const pipeline = new Pipeline({ bus, counter, inbox, locate: () => null })
  return { pipeline, counter, inbox, events }
}

function source(kind: SourceKind, sender = 'a'): LineSource {
  return { kind, sender }
}

describe('Pipeline', () => {
  it('emits an event for a line that tells of an attack', () => {
    const { pipeline, events, counter } = createPipeline()
    pipeline.accept({ source: source('udp'), text: attack, at: 7 })
    expect(events).toMatchObject([{ event: { attacker: { address: '1.2.3.4' }, demo: false } }])
    expect(counter.ofKind('udp')).toMatchObject({ received: 1, parsed: 1 })
    expect(counter.lastLineAt).toBe(7)
  })

  it('marks events of generated lines and does not take them for real ones', () => {
    const { pipeline, events, counter } = createPipeline()
    pipeline.accept({ source: source('demo'), text: attack, at: 7 })
    expect(events).toMatchObject([{ event: { demo: true } }])
    expect(counter.lastLineAt).toBeNull()
  })

  it('filters what is no event, and keeps a sample of what nobody can read', () => {
    const { pipeline, events, counter, inbox } = createPipeline()
    pipeline.accept({ source: source('tcp'), text: quiet, at: 1 })
    pipeline.accept({ source: source('tcp'), text: 'gibberish', at: 2 })
    pipeline.accept({ source: source('tcp'), text: '<999>', at: 3 })
    pipeline.drop(source('tcp'), 4)
    expect(events).toEqual([])
    expect(counter.ofKind('tcp')).toEqual({
      received: 4,
      parsed: 0,
      filtered: 1,
      unparsed: 2,
      dropped: 1,
    })
    expect(inbox.samples().map(({ reason, text }) => [reason, text])).toEqual([
      ['syslog: priority', '<999>'],
      ['no parser knows it', 'gibberish'],
    ])
  })

  it('counts every line exactly once, in total and per sender, whatever it is', () => {
    const anyLine = fc.record({
      kind: fc.constantFrom<SourceKind>('udp', 'tcp', 'demo'),
      sender: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      text: fc.oneof(fc.constantFrom(attack, quiet, ''), fc.string({ unit: 'binary' }), mangled()),
      isDropped: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        const { pipeline, counter, events } = createPipeline()
        for (const { kind, sender, text, isDropped } of lines) {
          if (isDropped) pipeline.drop({ kind, sender }, 0)
          else pipeline.accept({ source: { kind, sender }, text, at: 0 })
        }
        const total = counter.total(['udp', 'tcp', 'demo'])
        const { received, parsed, unparsed, filtered, dropped } = total
        expect(received).toBe(lines.length)
        expect(received).toBe(parsed + unparsed + filtered + dropped)
        expect(events).toHaveLength(parsed)
        const senders = counter.senders()
        expect(senders.length).toBeLessThanOrEqual(6)
        expect(senders.reduce((sum, { counts }) => sum + counts.received, 0)).toBe(received)
        for (const { counts } of senders) {
          const settled = counts.parsed + counts.unparsed + counts.filtered + counts.dropped
          expect(counts.received).toBe(settled)
        }
      }),
    )
  })
})

/** Real lines with a piece cut out: every parser meets half a line. */
function mangled(): fc.Arbitrary<string> {
  const lines = [
    attack,
    '<4>1 2026-01-01T00:00:00Z e kernel - - - [X]IN=a OUT= SRC=1.2.3.4 DST=5.6.7.8 PROTO=TCP DPT=1',
    'Oct 30 09:46:12 1,t,0,THREAT,url,1,2012/04/10 04:39:56,1.2.3.4,5.6.7.8,0.0.0.0,0.0.0.0,r,u,,ssl,v,a,b,e,e,f,t,1,1,5,6,0,0,0,tcp,deny,"u,r,l",(1),c,high,client-to-server,0',
  ]
  return fc
    .tuple(fc.constantFrom(...lines), fc.nat(400), fc.nat(40), fc.string({ maxLength: 3 }))
    .map(
      ([line, start, length, patch]) => line.slice(0, start) + patch + line.slice(start + length),
    )
}
