import type { Handshake } from '../../../core/ports/link.ts'
import { FrameAnswers, type FrameAnswersOptions } from '../../../transports/http/frame-answers.ts'
import { onSocketEnd } from '../../../transports/http/socket-end.ts'
import type { SseTransport } from '../../../transports/sse.ts'
import { type Answer, invalid } from '../answer.ts'
import { numberFrom } from '../query.ts'
import type { Call, Operation } from '../route.ts'
import { drainingAnswer, type MessageServices } from './messages.ts'

/**
 * P-074: the frames of a WebSocket in the body of a request, and those of its
 * server in the answer: as a stream, or gathered. Nothing is kept from one
 * request to the next, so what a client needs it says each time.
 */
export function frames(services: FrameServices): Operation {
  return async (call) => {
    const asked = askedBy(call)
    if ('status' in asked) return asked
    const isTooLate = () => asked.isNewcomer && services.isDraining()
    if (isTooLate()) return drainingAnswer
    const body = await call.readMessages()
    if (body.kind === 'gone') return null
    if (body.kind === 'refused') return body.answer
    // A client may take its time with the body.
    if (isTooLate()) return drainingAnswer
    if (!asked.isStream) return answered(call, { ...services, ...asked, ...body })
    services.sse.openFrames({ response: call.response, messages: body.messages }, asked.caller)
    return null
  }
}

export interface FrameServices extends MessageServices {
  readonly sse: SseTransport
}

/** What the head of a request asks for. */
interface Asked {
  readonly caller: Caller
  readonly isStream: boolean
  readonly waitMs: number
  /** Whether it comes to stay. A poll that was here before does not: its client is elsewhere soon. */
  readonly isNewcomer: boolean
}

type Caller = Omit<Handshake, 'codec' | 'transport'>

function askedBy(call: Call): Asked | Answer {
  const caller = callerOf(call)
  if (caller === null) return wrongLinkId
  const waitMs = numberFrom(call.query, 'waitMs', { min: 0, max: maxWaitMs, otherwise: 0 })
  if (!waitMs.ok) return waitMs.answer
  const isStream = /\btext\/event-stream\b/i.test(call.request.headers.accept ?? '')
  const isNewcomer = isStream || (waitMs.value > 0 && call.query.get('resume') !== '1')
  return { caller, isStream, waitMs: waitMs.value, isNewcomer }
}

/** As whom it is asked, and over which link; null when that is not a secret anybody could keep. */
function callerOf({ request, caller }: Call): Caller | null {
  const id = request.headers['tidewire-link']
  if (id === undefined) return caller
  // Apart from the ids of connections: nobody takes one of those for its own.
  return /^[\w-]{22,64}$/.test(String(id)) ? { ...caller, linkId: `link:${id}` } : null
}

/** Null: its client has left. */
async function answered({ request }: Call, said: Said): Promise<Answer | null> {
  let forgetSocket = () => {}
  const gathered = await new Promise<readonly string[] | null>((resolve) => {
    const answers = new FrameAnswers({ ...said, accept: said.hub.accept }, resolve)
    forgetSocket = onSocketEnd(request.socket, () => {
      answers.abandon()
      resolve(null)
    })
    answers.start()
  })
  forgetSocket()
  if (gathered === null) return null
  return { status: 200, body: gathered.join('\n'), headers: ndjson }
}

type Said = MessageServices & Omit<FrameAnswersOptions, 'accept' | 'clock' | 'wheel'>

const ndjson = { 'Content-Type': 'application/x-ndjson' }
const maxWaitMs = 60_000

const wrongLinkId = invalid('Tidewire-Link is 22 to 64 random letters, digits, - and _')
