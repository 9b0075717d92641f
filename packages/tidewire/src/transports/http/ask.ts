import type { AcceptLink, Handshake } from '../../core/ports/link.ts'
import type { AckFrame, ClientFrame, ErrorFrame, ServerFrame } from '../../protocol/frames.ts'
import { Exchange } from './exchange.ts'

/** What became of a question: its answer, or the end of the connection before it. */
export type Reply = AckFrame | ErrorFrame | Ending

/** The engine ended the connection. */
export interface Ending {
  readonly type: 'ending'
  /** A close code of PROTOCOL.md. */
  readonly code: number
  readonly reason: string
}

/** Asks the engine one thing, as a connection that lives until the answer. */
export function ask(question: Question, accept: AcceptLink): Promise<Reply> {
  const { frame, caller } = question
  return new Promise((resolve) => {
    const exchange = new Exchange({
      heldBytes: 0,
      onFrame(heard) {
        if (!isAnswer(heard)) return
        exchange.end()
        resolve(heard)
      },
      onEvents() {
        // Nothing is subscribed to.
      },
      onClose: (code, reason) => resolve({ type: 'ending', code, reason }),
    })
    exchange.start(accept, { ...caller, transport: 'http' })
    exchange.say({ ...frame, id: questionId })
  })
}

/** What to ask, and for whom. */
export interface Question {
  readonly frame: DistributiveOmit<Asking, 'id'>
  readonly caller: Omit<Handshake, 'codec' | 'transport'>
}

/** Who has become a connection asks one thing at a time. */
export const questionId = 1

/** Whether a frame is the answer to a question, right or wrong. */
export function isAnswer(frame: ServerFrame): frame is AckFrame | ErrorFrame {
  if (frame.type === 'ack') return frame.id === questionId
  // What is wrong with a frame as a whole is told without its id.
  return frame.type === 'error' && (frame.id === questionId || frame.id === undefined)
}

type Asking = Extract<ClientFrame, { readonly type: 'publish' | 'history' }>

type DistributiveOmit<TUnion, TKey extends PropertyKey> = TUnion extends unknown
  ? Omit<TUnion, TKey>
  : never
