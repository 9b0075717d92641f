/** What is to be said of a device: how it is, and how wrong its clock is. */

import type { SourceHealth } from '../../shared/source-health.ts'
import { formatAge } from './figures.ts'

/** How a device is, the worst first. */
export interface SourceState {
  readonly kind: 'silent' | 'unreadable' | 'clock' | 'well'
  readonly words: string
}

/** More than this share of lines nobody can read is worth a look. */
const muchUnparsed = 0.1

/** A clock that is wrong by more confuses whoever compares logs; devices send whole seconds. */
const muchSkewMs = 60_000
const noticedSkewMs = 2000

/** How a device is. */
export function sourceState({ silent, unparsedShare, clockSkewMs }: SourceHealth): SourceState {
  if (silent) return { kind: 'silent', words: 'Silent' }
  if (unparsedShare > muchUnparsed) return { kind: 'unreadable', words: 'Many unparsed lines' }
  if (Math.abs(clockSkewMs ?? 0) > muchSkewMs) return { kind: 'clock', words: 'Clock is wrong' }
  return { kind: 'well', words: 'Well' }
}

/** How wrong a clock is: `3 min behind`. */
export function clockWords(skewMs: number | null): string {
  if (skewMs === null) return 'not known'
  if (Math.abs(skewMs) < noticedSkewMs) return 'right'
  return `${formatAge(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`
}
