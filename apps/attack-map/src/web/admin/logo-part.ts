/** The logo of the site: what it is now, another one, none. */

import { ask } from '../api/ask.ts'
import { elementOf, setShown } from '../panels/element.ts'
import { attempt } from '../panels/form.ts'

const path = '/api/admin/logo'

/** Takes over the part of the page. */
export function createLogoPart(): void {
  const part = elementOf('settings-section', HTMLElement)
  const image = elementOf('logo', HTMLImageElement)
  const file = elementOf('logo-file', HTMLInputElement)
  const remove = elementOf('logo-remove', HTMLButtonElement)
  const fault = elementOf('logo-fault', HTMLElement)
  const heading = elementOf('site-logo', HTMLImageElement)

  const show = (present: boolean): void => {
    for (const shown of [image, heading]) {
      setShown(shown, present)
      // Another address, or the browser shows the one it has.
      if (present) shown.src = `/logo?${Date.now()}`
    }
    setShown(remove, present)
  }
  const change = (method: string, body?: Blob): void =>
    attempt(part, fault, async () => {
      await ask(method, path, body === undefined ? {} : { body })
      show(method === 'PUT')
    })
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? []
    if (chosen !== undefined) change('PUT', chosen)
    file.value = ''
  })
  remove.addEventListener('click', () => change('DELETE'))
  show(!heading.hidden)
}
