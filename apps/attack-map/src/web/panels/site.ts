/** The name and the logo of the site, in the heading and in the title of the window. */

import type { Site } from '../../shared/access.ts'
import { elementOf, setShown, setText } from './element.ts'

/** Shows them; `page` is what the window shows of the site. */
export function showSite({ name, logo }: Site, page: string | null = null): void {
  setText(elementOf('site-name', HTMLElement), name)
  document.title = page === null ? name : `${page} · ${name}`
  const image = elementOf('site-logo', HTMLImageElement)
  setShown(image, logo !== null)
  if (logo !== null) image.src = logo
}
