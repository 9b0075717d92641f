import type { Hub } from '../../../core/hub.ts'
import type { Clock } from '../../../core/ports/clock.ts'
import { onSocketEnd } from '../../../transports/http/socket-end.ts'
import { LongPoll, type PolledEvents, type PollResult } from '../../../transports/long-poll.ts'
import { type Answer, endingAnswer, errorAnswer } from '../answer.ts'
import { numberFrom, sinceFrom } from '../query.ts'
import { readMessages, type WantedPage } from '../read-messages.ts'
import type { Call, Operation } from '../route.ts'

/** P-071: kept events after a position; with `waitMs` those that come, too. */
export function messages(services: MessageServices): Operation {
  return async (call) => {
    const wanted = wantedBy(call)
    if ('status' in wanted) return wanted
    if (wanted.waitMs === 0) return readMessages(call, wanted, services.hub)
    if (services.isDraining()) return drainingAnswer
    const result = await wait(call, wanted, services)
    return result?.type === 'not-recovered'
      ? readMessages(call, wanted, services.hub)
      : answerTo(result)
  }
}

export interface MessageServices {
  readonly hub: Hub
  readonly clock: Clock
  /** Coarse timers. */
  readonly wheel: Clock
  /** Whether nobody new may wait here. */
  readonly isDraining: () => boolean
}

/** What a request for messages asks for. */
interface WantedMessages extends WantedPage {
  readonly waitMs: number
}

/** Whoever asks again that soon finds the next process, or one of the others. */
export const drainingAnswer: Answer = endingAnswer({
  type: 'ending',
  code: 1012,
  reason: 'the server is stopping',
})

const maxWaitMs = 60_000
const maxMessages = 1_000

function wantedBy({ params, query }: Call): WantedMessages | Answer {
  const since = sinceFrom(query)
  if (!since.ok) return since.answer
  const limit = numberFrom(query, 'limit', { min: 1, max: maxMessages, otherwise: 100 })
  if (!limit.ok) return limit.answer
  const waitMs = numberFrom(query, 'waitMs', { min: 0, max: maxWaitMs, otherwise: 0 })
  if (!waitMs.ok) return waitMs.answer
  const channel = params['channel'] ?? ''
  return { channel, since: since.value, limit: limit.value, waitMs: waitMs.value }
}

/** Null: its client has left. */
async function wait(
  { request, caller }: Call,
  wanted: WantedMessages,
  { hub, clock, wheel }: MessageServices,
): Promise<PollResult | null> {
  let forgetSocket = () => {}
  const result = await new Promise<PollResult | null>((resolve) => {
    const poll = new LongPoll({ ...wanted, caller, accept: hub.accept, clock, wheel }, resolve)
    forgetSocket = onSocketEnd(request.socket, () => {
      poll.abandon()
      resolve(null)
    })
  })
  forgetSocket()
  return result
}

function answerTo(result: Exclude<PollResult, { type: 'not-recovered' }> | null): Answer | null {
  switch (result?.type) {
    case undefined:
      return null
    case 'events':
      return polled(result)
    case 'error':
      return errorAnswer(result)
    case 'ending':
      return endingAnswer(result)
  }
}

// The events are JSON already, the same text for every poll that waited for them.
function polled({ type: _type, events, ...rest }: PolledEvents): Answer {
  const fields = JSON.stringify(rest).slice(1)
  return { status: 200, body: `{"events":[${events.join(',')}],${fields}` }
}
