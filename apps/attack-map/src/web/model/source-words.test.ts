import { expect, it } from 'vitest'
import type { SourceHealth } from '../../shared/source-health.ts'
import { clockWords, sourceState } from './source-words.ts'

const well: SourceHealth = {
  sender: '10.0.0.1',
  kind: 'udp',
  lastSeenAt: 0,
  ratePerSecond: 1,
  received: 100,
  unparsedShare: 0,
  clockSkewMs: 0,
  silent: false,
}

it.each([
  [{}, 'well'],
  [{ clockSkewMs: null }, 'well'],
  [{ unparsedShare: 0.1 }, 'well'],
  [{ unparsedShare: 0.11 }, 'unreadable'],
  [{ clockSkewMs: 60_001 }, 'clock'],
  [{ clockSkewMs: -60_001 }, 'clock'],
  [{ clockSkewMs: -60_001, unparsedShare: 1 }, 'unreadable'],
  [{ clockSkewMs: -60_001, unparsedShare: 1, silent: true }, 'silent'],
])('a device with %j is %s', (fields, kind) => {
  expect(sourceState({ ...well, ...fields }).kind).toBe(kind)
})

it.each([
  [null, 'not known'],
  [0, 'right'],
  [-1999, 'right'],
  [-2000, '2 s behind'],
  [7_200_000, '2 h ahead'],
])('a clock that is %s ms ahead is %s', (skewMs, words) => {
  expect(clockWords(skewMs)).toBe(words)
})
