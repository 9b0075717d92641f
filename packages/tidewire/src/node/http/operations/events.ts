import { positionsIn } from '../../../protocol/position-text.ts'
import type { SseTransport } from '../../../transports/sse.ts'
import { type Answer, endingAnswer, errorAnswer, invalid } from '../answer.ts'
import { numberFrom } from '../query.ts'
import type { Call, Operation } from '../route.ts'
import { drainingAnswer } from './messages.ts'

/** P-070: follows channels as a stream of server-sent events. */
export function events(sse: SseTransport, isDraining: () => boolean): Operation {
  return (call) => {
    const { response, caller, request, query, params, answer } = call
    if (isDraining()) return drainingAnswer
    const channels = params['channel'] === undefined ? query.getAll('channel') : [params['channel']]
    if (channels.length === 0) return invalid('channel is required, once for each to follow')
    const since = sinceOf(call, channels.length)
    if (since === null) return notPositions
    const last = numberFrom(query, 'last', { min: 0, max: maxLast, otherwise: 0 })
    if (!last.ok) return last.answer
    sse.open(
      {
        response,
        channels,
        since,
        last: query.has('last') ? last.value : undefined,
        isHead: request.method === 'HEAD',
        onRefused: (refused) =>
          answer(refused.type === 'error' ? errorAnswer(refused) : endingAnswer(refused)),
      },
      caller,
    )
    return null
  }
}

const maxLast = Number.MAX_SAFE_INTEGER

const notPositions: Answer = invalid(
  'since and Last-Event-ID are positions, epoch:offset, one for each channel, with commas between them',
)

// A client that was cut sends where it stood, to the same address as before: the
// header is the newer of the two.
function sinceOf({ request, query }: Call, count: number) {
  const text = String(request.headers['last-event-id'] ?? '') || (query.get('since') ?? '')
  return text === '' ? [] : positionsIn(text, count)
}
