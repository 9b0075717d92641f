/** Forms that are sent by script: once at a time, with what went wrong beside them. */

import { setShown, setText } from './element.ts'

/** Runs `send` when a form is submitted; what it throws is shown in `fault`. */
export function onSubmit(
  form: HTMLFormElement,
  fault: HTMLElement,
  send: (form: HTMLFormElement) => Promise<void>,
): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(form, fault, () => send(form))
  })
}

/** Runs `act` with the buttons of a form, or of any part of the page, out of reach meanwhile. */
export function attempt(part: HTMLElement, fault: HTMLElement, act: () => Promise<void>): void {
  // The browser would send it twice for two quick clicks.
  if (part.ariaBusy === 'true') return
  part.ariaBusy = 'true'
  setShown(fault, false)
  act()
    .catch((error: unknown) => {
      setText(fault, sentenceOf(error))
      setShown(fault, true)
    })
    .finally(() => {
      part.ariaBusy = 'false'
    })
}

/** What somebody typed into a field of a form. */
export function textOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}

function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
