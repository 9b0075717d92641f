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
  readonly #forms = new Map<FrameForm, Uint8Array>()

  constructor(data: Uint8Array) {
    this.data = data
  }

  /** The frame in a transport's form. */
  in(form: FrameForm): Uint8Array {
    const made = this.#forms.get(form)
    if (made !== undefined) return made
    const bytes = form.wrap(this.data)
    this.#forms.set(form, bytes)
    return bytes
  }
}

/** How a transport puts a frame on its wire. The same object for all links that share the form. */
export interface FrameForm {
  /** Must not keep or change `data`; the answer is shared. */
  wrap(data: Uint8Array): Uint8Array
}
