import { expect, it } from 'vitest'
import { gapNotice, outageNotice } from './outage.ts'

const lostAt = new Date(2026, 0, 5, 12, 3, 10).getTime()
const outage = { lostAt, backAt: lostAt + 4200 }

it('says how long the connection was away before it knows more', () => {
  expect(outageNotice(outage, null)).toBe('Reconnected after 4 s.')
})

it.each([
  [0, 'Reconnected after 4 s. Nothing was missed.'],
  [1, 'Reconnected after 4 s. 1 event recovered.'],
  [1200, 'Reconnected after 4 s. 1,200 events recovered.'],
])('says that %d events were recovered', (events, sentence) => {
  expect(outageNotice(outage, { kind: 'recovered', events })).toBe(sentence)
})

it('names the stretch that a server restart lost', () => {
  expect(outageNotice(outage, { kind: 'lost', missed: null, reason: 'EPOCH_CHANGED' })).toBe(
    'Server restarted: events between 12:03:10 and 12:03:14 are lost.',
  )
})

it.each([
  [null, 'Reconnected after 4 s. Some events are lost.'],
  [1, 'Reconnected after 4 s. 1 event is lost.'],
  [40, 'Reconnected after 4 s. 40 events are lost.'],
])('says that %s events fell out of the history', (missed, sentence) => {
  expect(outageNotice(outage, { kind: 'lost', missed, reason: 'HISTORY_TRIMMED' })).toBe(sentence)
})

it('tells a gap while the connection stands from an outage', () => {
  expect(gapNotice({ missed: 7, reason: 'SLOW' })).toBe(
    'This screen reads too slowly. 7 events are lost.',
  )
})

it('never speaks of an outage of no seconds', () => {
  expect(outageNotice({ lostAt, backAt: lostAt + 20 }, null)).toBe('Reconnected after 1 s.')
})
