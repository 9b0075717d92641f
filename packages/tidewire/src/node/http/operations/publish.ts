import type { AcceptLink } from '../../../core/ports/link.ts'
import type { AckFrame } from '../../../protocol/frames.ts'
import { ask } from '../../../transports/http/ask.ts'
import { type Answer, endingAnswer, errorAnswer, refusal, success } from '../answer.ts'
import type { Call, Operation } from '../route.ts'

/** P-072: publishes the body. `channelOf` says to which channel, by what stands in the path. */
export function publish(
  accept: AcceptLink,
  channelOf: (params: Call['params']) => string,
): Operation {
  return async ({ readJson, params, request, caller }) => {
    const body = await readJson()
    if (body.kind === 'gone') return null
    if (body.kind === 'refused') return body.answer
    const key = request.headers['idempotency-key']
    const reply = await ask(
      {
        caller,
        frame: {
          type: 'publish',
          channel: channelOf(params),
          payload: body.value,
          // Several headers of this name are joined by Node, and no key anybody meant.
          ...(key !== undefined && { key: String(key) }),
        },
      },
      accept,
    )
    if (reply.type === 'ack') return published(reply)
    return reply.type === 'error' ? errorAnswer(reply) : endingAnswer(reply)
  }
}

function published({ position = null, duplicate, conflict }: AckFrame): Answer {
  if (conflict) return keyReused
  return success({ position, ...(duplicate && { duplicate }) })
}

const keyReused = refusal({
  status: 409,
  code: 'KEY_REUSED',
  message: 'this Idempotency-Key was used for another payload; nothing was stored',
})
