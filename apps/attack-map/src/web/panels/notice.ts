/** One sentence about what just happened, read out by screen readers and gone after a while. */

import { elementOf, setShown, setText } from './element.ts'

/** How long a notice stays, in ms: long enough for someone who was not looking. */
const shownMs = 45_000

/** The notice on the page. */
export interface Notice {
  /** Shows a sentence in place of the one before. */
  show(sentence: string): void
}

/** Takes over the notice of the page. */
export function createNotice(): Notice {
  const box = elementOf('notice', HTMLElement)
  const text = elementOf('notice-text', HTMLElement)
  let timer = 0
  const hide = () => {
    window.clearTimeout(timer)
    setShown(box, false)
    setText(text, '')
  }
  elementOf('notice-dismiss', HTMLButtonElement).addEventListener('click', hide)
  return {
    show(sentence) {
      hide()
      setShown(box, true)
      setText(text, sentence)
      timer = window.setTimeout(hide, shownMs)
    },
  }
}
