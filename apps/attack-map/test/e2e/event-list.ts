/**
 * The event list as a person reads it, and the moment something appears in it.
 */
import type { Locator, Page } from 'playwright-core'

/** A row of the list. */
export interface ListedEvent {
  readonly from: string
  readonly to: string
  readonly what: string
  readonly action: string
}

/** A row that appeared, and when the page showed it, in ms since the epoch. */
interface ShownEvent {
  readonly at: number
  readonly event: ListedEvent
}

/** Waits for a row that was not there when the watch began. */
export interface EventWatch {
  /** The new row; rejects when none came in time. */
  next(): Promise<ShownEvent>
}

/** The rows that are shown, newest first. */
export function eventRows(page: Page): Locator {
  return page.locator('#events .event:not([hidden])')
}

/** Watches the list from now on: a new row has to come within so many ms. */
export async function watchEvents(page: Page, withinMs: number): Promise<EventWatch> {
  const watch = await page.evaluateHandle(armWatch, withinMs)
  return { next: () => watch.evaluate(({ shown }) => shown) }
}

/** Runs in the page. The promise is in an object, or arming would wait for it. */
function armWatch(withinMs: number): { readonly shown: Promise<ShownEvent> } {
  const list = document.querySelector('#events')
  if (list === null) throw new Error('the page has no event list')
  const newest = () => list.querySelector<HTMLElement>('.event:not([hidden])')
  const before = newest()?.dataset['sequence']
  const shown = new Promise<ShownEvent>((resolve, reject) => {
    const observer = new MutationObserver(() => {
      const row = newest()
      if (row === null || row.dataset['sequence'] === before) return
      const at = Date.now()
      const text = (part: string) => row.querySelector(`.event-${part}`)?.textContent ?? ''
      observer.disconnect()
      resolve({
        at,
        event: { from: text('from'), to: text('to'), what: text('what'), action: text('action') },
      })
    })
    observer.observe(list, { subtree: true, childList: true, attributes: true })
    setTimeout(() => reject(new Error(`nothing new in the list within ${withinMs} ms`)), withinMs)
  })
  // Whoever asks gets the rejection; without this, nobody asking is an error of the page.
  shown.catch(() => {})
  return { shown }
}
