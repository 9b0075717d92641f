import type { Hub } from '../../core/hub.ts'
import type { AckFrame, EventFields, RecoveryFailure } from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'
import { ask, type Reply } from '../../transports/http/ask.ts'
import { type Answer, endingAnswer, errorAnswer, success } from './answer.ts'
import type { Call } from './route.ts'

/**
 * Reads kept events by the `history` command (P-025), page by page: oldest first
 * after `since`, else the newest. The `position` of the answer is where to ask
 * next. What is not kept any more is told, and reading goes on with what is.
 */
export async function readMessages(
  { caller }: Pick<Call, 'caller'>,
  { channel, since, limit }: WantedPage,
  hub: Hub,
): Promise<Answer> {
  const read = (after: number | undefined) => {
    const start = after === undefined ? {} : { after }
    return ask({ caller, frame: { type: 'history', channel, limit, ...start } }, hub.accept)
  }
  const first = await read(since?.offset)
  if (first.type !== 'ack' || since === undefined) return answerOf(first)
  const isLatest = hub.ruleOf(channel)?.delivery === 'latest'
  const reason = failureOf(since, first, isLatest)
  // Offsets of another life say nothing here: its events are read from the first.
  if (reason === 'EPOCH_CHANGED') return answerOf(await read(0), reason)
  return answerOf(first, reason)
}

/** Which kept events to read. */
export interface WantedPage {
  readonly channel: string
  readonly since: Position | undefined
  readonly limit: number
}

function answerOf(reply: Reply, reason: RecoveryFailure | null = null): Answer {
  if (reply.type === 'error') return errorAnswer(reply)
  if (reply.type === 'ending') return endingAnswer(reply)
  const { events = [], position } = reply
  const recovery = reason === null ? { recovered: true } : { recovered: false, reason }
  return success({ events, position: nextPosition(reply, events) ?? position, ...recovery })
}

// With fewer events than there are, the next page begins behind the last of them.
function nextPosition({ position }: AckFrame, events: readonly EventFields[]): Position | null {
  const offset = events.at(-1)?.offset
  if (!position || offset === undefined) return null
  return { epoch: position.epoch, offset }
}

/** Why not every event after a position is in what was read, or in what follows; null when it is. */
function failureOf(since: Position, ack: AckFrame, isLatest: boolean): RecoveryFailure | null {
  const { position, events = [] } = ack
  if (!position || position.epoch !== since.epoch) return 'EPOCH_CHANGED'
  if (since.offset > position.offset) return 'EPOCH_CHANGED'
  // On such a channel values are replaced, not lost.
  if (isLatest || since.offset === position.offset) return null
  return events[0]?.offset === since.offset + 1 ? null : 'HISTORY_TRIMMED'
}
