/**
 * What the arc layer really draws, frame by frame, read back from its canvas.
 */
import type { Page } from 'playwright-core'
import { patienceMs } from './viewer.ts'

/** One flight over an empty map, from the first lit pixel to the last. */
interface Flight {
  /** In how many frames the arc lit pixels that no frame before had lit. */
  readonly advances: number
  /** The most pixels lit in one frame, of a small copy of the canvas. */
  readonly brightest: number
}

/** Records a flight that is still to come. */
export interface FlightRecorder {
  /** The flight, once it is over and the canvas empty again; rejects when that takes too long. */
  flight(): Promise<Flight>
}

/** Makes the arcs readable outside their own frame; to be called before the page loads. */
export async function keepArcsReadable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = new Proxy(original, {
      apply: (getContext, canvas, [kind, options]) =>
        getContext.call(canvas, kind, { ...options, preserveDrawingBuffer: true }),
    })
  })
}

/** Waits for an empty map, and records from then on. */
export async function recordFlight(page: Page): Promise<FlightRecorder> {
  const recording = await page.evaluateHandle(recordFrames, patienceMs)
  return { flight: () => recording.evaluate(({ flight }) => flight) }
}

/** Runs in the page. The promise is in an object, or starting would wait for it. */
async function recordFrames(withinMs: number): Promise<{ readonly flight: Promise<Flight> }> {
  const [width, height] = [480, 270]
  const source = document.querySelector<HTMLCanvasElement>('#map-arcs')
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (source === null || copy === null) throw new Error('the page has no arcs to read')

  const litPixels = (): readonly number[] => {
    copy.clearRect(0, 0, width, height)
    copy.drawImage(source, 0, 0, width, height)
    const { data } = copy.getImageData(0, 0, width, height)
    const pixels = Array.from({ length: width * height }, (_, pixel) => pixel)
    return pixels.filter((pixel) => (data[pixel * 4 + 3] ?? 0) > 40)
  }
  const deadline = performance.now() + withinMs
  const nextFrame = async () => {
    await new Promise(requestAnimationFrame)
    if (performance.now() > deadline) throw new Error(`no whole flight within ${withinMs} ms`)
  }
  const record = async (): Promise<Flight> => {
    const seen = new Set<number>()
    const flight = { advances: 0, brightest: 0 }
    for (let lit = litPixels(); lit.length > 0 || flight.brightest === 0; lit = litPixels()) {
      if (lit.some((pixel) => !seen.has(pixel))) flight.advances += 1
      for (const pixel of lit) seen.add(pixel)
      flight.brightest = Math.max(flight.brightest, lit.length)
      await nextFrame()
    }
    return flight
  }

  while (litPixels().length > 0) await nextFrame()
  const flight = record()
  // Whoever asks gets the rejection; without this, nobody asking is an error of the page.
  flight.catch(() => {})
  return { flight }
}
