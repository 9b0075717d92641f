import type { Position } from '../../protocol/position.ts'

/**
 * One frame that many links send, encoded once (P-035).
 *
 * A transport wraps it in a form of its own (a WebSocket header, a compressed
 * message, an SSE event); each form is made by the first link that needs it and
 * shared by all others.
 */
export class SharedFrame {
  /** The frame itself. Never changed after it was made. */
  readonly data: Uint8Array
  readonly place: FramePlace
  readonly #forms = new Map<FrameForm, Uint8Array>()

  constructor(data: Uint8Array, place: FramePlace) {
    this.data = data
    this.place = place
  }

  /** The frame in a transport's form. */
  in(form: FrameForm): Uint8Array {
    const made = this.#forms.get(form)
    if (made !== undefined) return made
    const bytes = form.wrap(this)
    this.#forms.set(form, bytes)
    return bytes
  }
}

/** Where a frame belongs, for transports that tell more than the frame itself. */
export interface FramePlace {
  readonly channel: string
  /** Where its reader stands after it; null on a channel without history. */
  readonly position: Position | null
}

/** How a transport puts a frame on its wire. The same object for all links that share the form. */
export interface FrameForm {
  /** Must not keep or change `frame.data`; the answer is shared. */
  wrap(frame: Pick<SharedFrame, 'data' | 'place'>): Uint8Array
}
