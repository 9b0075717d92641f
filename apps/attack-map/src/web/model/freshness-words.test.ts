import { expect, it } from 'vitest'
import type { Freshness } from './freshness.ts'
import { agedLabel, freshnessWords } from './freshness-words.ts'

const cases: readonly (readonly [Freshness, string, string])[] = [
  [{ kind: 'connecting' }, 'Connecting', 'Waiting for the server'],
  [{ kind: 'live', ageMs: 400, demo: false }, 'Live', 'Last attack just now'],
  [{ kind: 'live', ageMs: 3000, demo: true }, 'Demo feed', 'Last attack 3 s ago'],
  [{ kind: 'quiet', ageMs: 180_000 }, 'Quiet network', 'Syslog arrives, last attack 3 min ago'],
  [{ kind: 'quiet', ageMs: null }, 'Quiet network', 'Syslog arrives, no attack in it yet'],
  [{ kind: 'silent', ageMs: 240_000 }, 'No syslog', 'Server is up, last line 4 min ago'],
  [{ kind: 'silent', ageMs: null }, 'No syslog', 'Server is up and has not received a line yet'],
  [{ kind: 'stalled', ageMs: 8000 }, 'Server not answering', 'Connected, nothing heard for 8 s'],
  [{ kind: 'offline', ageMs: 8000, retryAt: 14_000 }, 'Connection lost', 'Next try in 4 s'],
  [{ kind: 'offline', ageMs: 8000, retryAt: null }, 'Connection lost', 'Trying to reconnect now'],
  [
    { kind: 'closed', ageMs: 8000 },
    'Disconnected',
    'The server closed this page; reload to try again',
  ],
]

it.each(cases)('says of %j: %s, %s', (freshness, title, detail) => {
  expect(freshnessWords(freshness, 10_000)).toEqual({ title, detail })
})

it('has a different title for every cause', () => {
  const titles = new Set(cases.map(([, title]) => title))
  expect(titles.size).toBe(8)
})

it('labels an old picture with its age, and an empty one with nothing', () => {
  expect(agedLabel({ kind: 'offline', ageMs: 12_000, retryAt: null })).toBe('Data is 12 s old')
  expect(agedLabel({ kind: 'silent', ageMs: null })).toBeNull()
  expect(agedLabel({ kind: 'connecting' })).toBeNull()
})
