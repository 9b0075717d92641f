/** Finding and changing elements of the page, without touching what is already right. */

/** The element with an id, of the kind expected. The page and the script belong together: another is a mistake. */
export function elementOf<TElement extends Element>(
  id: string,
  kind: new () => TElement,
): TElement {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new TypeError(`the page has no ${kind.name} #${id}`)
  return element
}

/** A new element with a class. */
export function elementWith<TName extends keyof HTMLElementTagNameMap>(
  name: TName,
  className: string,
): HTMLElementTagNameMap[TName] {
  const element = document.createElement(name)
  element.className = className
  return element
}

/** Sets the text of an element that has nothing else in it. The node is kept, and the same text left alone. */
export function setText(element: Element, text: string): void {
  const node = element.firstChild
  if (!(node instanceof Text)) element.textContent = text
  else if (node.data !== text) node.data = text
}

/** Shows or hides an element. */
export function setShown(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown
}
