import { describe, expect, it } from 'vitest'
import { OutageReporter } from './outage-reporter.ts'

function reporterWithNotes() {
  const said: string[] = []
  return { said, reporter: new OutageReporter((sentence) => said.push(sentence)) }
}

describe('OutageReporter', () => {
  it('says nothing of a first connection, however long it took', () => {
    const { reporter, said } = reporterWithNotes()
    reporter.lost(0, null)
    reporter.back(60_000)
    reporter.aftermath({ kind: 'recovered', events: 0 })
    expect(said).toEqual([])
  })

  it('says how long an outage was, then what it cost', () => {
    const { reporter, said } = reporterWithNotes()
    reporter.back(0)
    reporter.lost(10_000, 10_000)
    reporter.lost(12_000, 10_000)
    reporter.back(14_000)
    reporter.aftermath({ kind: 'recovered', events: 12 })
    expect(said).toEqual(['Reconnected after 4 s.', 'Reconnected after 4 s. 12 events recovered.'])
  })

  it('counts an outage from the last thing heard, not from when it was noticed', () => {
    const { reporter, said } = reporterWithNotes()
    reporter.back(0)
    reporter.lost(30_000, 5_000)
    reporter.back(31_000)
    expect(said).toEqual(['Reconnected after 26 s.'])
  })

  it('tells a gap without an outage as a slow screen', () => {
    const { reporter, said } = reporterWithNotes()
    reporter.back(0)
    reporter.lost(1000, null)
    reporter.back(2000)
    reporter.aftermath({ kind: 'recovered', events: 0 })
    reporter.aftermath({ kind: 'lost', missed: 3, reason: 'SLOW_CONSUMER' })
    expect(said.at(-1)).toBe('This screen reads too slowly. 3 events are lost.')
  })

  it('tells each outage once', () => {
    const { reporter, said } = reporterWithNotes()
    reporter.back(0)
    reporter.lost(1000, null)
    reporter.back(3000)
    reporter.back(9000)
    expect(said).toHaveLength(1)
  })
})
