/** Shows a secret the one time it can be seen, to be copied. */

import { elementWith, setShown } from '../panels/element.ts'

/** Shows `secret` in a box, under a sentence that says what it is for. */
export function showSecret(box: HTMLElement, sentence: string, secret: string): void {
  const words = elementWith('p', 'secret-words')
  words.textContent = sentence
  const text = elementWith('input', 'input secret-text')
  text.readOnly = true
  text.value = secret
  text.ariaLabel = sentence
  const copy = elementWith('button', 'button')
  copy.type = 'button'
  copy.textContent = 'Copy'
  copy.addEventListener('click', () => {
    text.select()
    void copyText(secret).then((copied) => {
      copy.textContent = copied ? 'Copied' : 'Press Ctrl+C'
    })
  })
  box.replaceChildren(words, text, copy)
  setShown(box, true)
  text.select()
}

/** False without a clipboard: browsers have none on plain HTTP, but for this machine itself. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
