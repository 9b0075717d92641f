/** Rows of the tables of the admin page. */

import { elementWith } from '../panels/element.ts'

/** A cell with a text or with elements in it. */
export function cell(content: string | readonly Node[], className = ''): HTMLTableCellElement {
  const element = document.createElement('td')
  if (className !== '') element.className = className
  if (typeof content === 'string') element.textContent = content
  else element.append(...content)
  return element
}

/** A row of cells. */
export function rowOf(cells: readonly HTMLTableCellElement[]): HTMLTableRowElement {
  const row = document.createElement('tr')
  row.append(...cells)
  return row
}

/** A small button in a row. */
export function rowButton(label: string, onClick: () => void): HTMLButtonElement {
  const button = elementWith('button', 'button button-quiet')
  button.type = 'button'
  button.textContent = label
  button.addEventListener('click', onClick)
  return button
}

/** How long a button stays armed, in ms. */
const armedMs = 4000

/** A small button for what cannot be undone: the first click asks, the second one does it. */
export function armedButton(label: string, onConfirmed: () => void): HTMLButtonElement {
  const button = rowButton(label, () => {
    if (button.dataset['armed'] === 'true') {
      onConfirmed()
      return
    }
    button.dataset['armed'] = 'true'
    button.textContent = `${label}: sure?`
    setTimeout(() => {
      button.dataset['armed'] = 'false'
      button.textContent = label
    }, armedMs)
  })
  return button
}
