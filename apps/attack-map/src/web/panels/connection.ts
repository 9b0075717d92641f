/**
 * How fresh the data is: in words at the top, and in the look of everything shown.
 *
 * Old data loses its colour and carries its age in large type; the style sheet
 * does that from `data-old` on the body.
 */

import { type Freshness, looksOld } from '../model/freshness.ts'
import { agedLabel, freshnessWords } from '../model/freshness-words.ts'
import { elementOf, setShown, setText } from './element.ts'

/** The connection panel on the page. */
export interface ConnectionPanel {
  /** @param now local time in ms since the epoch */
  render(freshness: Freshness, now: number): void
}

/** Takes over the connection panel of the page, and the label over old data. */
export function createConnectionPanel(): ConnectionPanel {
  const title = elementOf('freshness-title', HTMLElement)
  const detail = elementOf('freshness-detail', HTMLElement)
  const aged = elementOf('aged', HTMLElement)
  const agedTitle = elementOf('aged-title', HTMLElement)
  const agedAge = elementOf('aged-age', HTMLElement)
  return {
    render(freshness, now) {
      const words = freshnessWords(freshness, now)
      const old = looksOld(freshness)
      document.body.dataset['freshness'] = freshness.kind
      document.body.dataset['old'] = String(old)
      setText(title, words.title)
      setText(detail, words.detail)
      setShown(aged, old)
      setText(agedTitle, words.title)
      setText(agedAge, agedLabel(freshness) ?? words.detail)
    },
  }
}
