/**
 * What the arc layer really shows: pixels as the browser composes them.
 *
 * Everything else on the page is hidden for the picture, so words and counters
 * that change do not count.
 */
import type { Page } from 'playwright-core'

const onlyArcs = `
  html, body { background: #000 !important }
  * { visibility: hidden !important }
  #map-arcs { visibility: visible !important; filter: none !important }
`

/** A picture of the arcs, as PNG. */
export function pictureOfArcs(page: Page): Promise<Buffer> {
  return page.locator('#map-arcs').screenshot({ style: onlyArcs })
}

/**
 * How many pixels are brighter in the second picture than in the first.
 *
 * @param desk a page to compare them in, bound by no content security policy
 */
export function brightened(desk: Page, before: Buffer, after: Buffer): Promise<number> {
  const pictures = [before.toString('base64'), after.toString('base64')] as const
  return desk.evaluate(countBrightened, pictures)
}

/** Runs in the page. */
async function countBrightened([before, after]: readonly [string, string]): Promise<number> {
  const pixelsOf = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    if (context === null) throw new Error('no canvas to read the picture with')
    context.drawImage(bitmap, 0, 0)
    return context.getImageData(0, 0, bitmap.width, bitmap.height).data
  }
  const [old, young] = [await pixelsOf(before), await pixelsOf(after)]
  const isBrighter = (index: number) =>
    [0, 1, 2].some((channel) => (young[index + channel] ?? 0) > (old[index + channel] ?? 0) + 32)
  let count = 0
  for (let index = 0; index < young.length; index += 4) if (isBrighter(index)) count += 1
  return count
}
