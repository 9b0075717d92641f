import type { Gap } from '../../client/subscription.ts'
import type { Position } from '../../protocol/position.ts'
import { type Case, isOptional, place } from './judge.ts'
import type { ChannelKind } from './scenario.ts'
import { promise } from './violation.ts'

/**
 * What holds for every gap on a channel with history: it begins where the
 * reader stands, ends at a place that exists, says how many it stands for, and
 * has a reason its policy allows.
 *
 * @param cursor where the reader stands; null while that is not known.
 * @returns where it stands now.
 * @throws Violation
 */
export function judgeGap(gap: Gap, cursor: Position | null, subject: Case): Position {
  const { from, to, missed, reason } = gap
  const told = `gap ${reason} from ${place(from)} to ${place(to)}`
  promise(allowed[subject.kind].includes(reason), `${told} on a channel of kind ${subject.kind}`)
  promise(to !== null, `${told}: it ends nowhere`)
  if (from !== null && cursor !== null) {
    promise(reaches(cursor, from, subject), `${told}, but the reader stands at ${place(cursor)}`)
  }
  const isWithinEpoch = from !== null && from.epoch === to.epoch
  const expected = isWithinEpoch ? to.offset - from.offset : null
  promise(missed === expected, `${told}: ${missed} missed instead of ${expected}`)
  promise(expected === null || expected > 0, `${told}: it stands for nothing`)
  promise(to.offset <= subject.ledger.topOf(to.epoch), `${told}: it ends beyond the newest event`)
  promise(isWithinEpoch === (reason !== 'EPOCH_CHANGED'), `${told}: the reason is not true`)
  const goesBack = from !== null && subject.ageOf(to.epoch) < subject.ageOf(from.epoch)
  promise(!goesBack, `${told}: it leads back into a log that is lost`)
  if (reason === 'HISTORY_TRIMMED' && from !== null) subject.assertTrimmed(from)
  return to
}

const allowed: Readonly<Record<ChannelKind, readonly string[]>> = {
  every: ['EPOCH_CHANGED', 'HISTORY_TRIMMED'],
  disconnect: ['EPOCH_CHANGED', 'HISTORY_TRIMMED'],
  drop: ['EPOCH_CHANGED', 'HISTORY_TRIMMED', 'SLOW_READER'],
  latest: ['EPOCH_CHANGED'],
  plain: [],
}

/** Whether nothing the reader needs lies between two places; of values it needs only the newest. */
export function reaches(cursor: Position, next: Position, subject: Case): boolean {
  if (cursor.epoch !== next.epoch || next.offset < cursor.offset) return false
  if (subject.kind === 'latest') return true
  const between = subject.ledger.between(cursor.epoch, cursor.offset, next.offset)
  return between.every((entry) => isOptional(entry, subject))
}
