/**
 * The newest attacks, newest first; choosing one narrows the page to its country.
 *
 * A fixed set of rows is written anew, never created or removed. While someone
 * points at the list or walks it by keyboard it holds still.
 */

import type { AttackDetail } from '../../shared/operator-attack.ts'
import { actionNames, classNames, placeName } from '../model/attack-words.ts'
import { detailWords } from '../model/detail-words.ts'
import { formatCount, formatTimeOfDay } from '../model/figures.ts'
import type { SeenAttack } from '../model/recent-attacks.ts'
import { severityBand } from '../model/severity.ts'
import { elementOf, elementWith, setShown, setText } from './element.ts'

/** How many attacks are listed. */
export const listedAttacks = 40

/** The list on the page. */
export interface EventList {
  /** True while somebody reads it and it must not move. */
  readonly held: boolean
  /** Shows attacks, newest first; the rest of the rows are hidden. */
  render(attacks: readonly SeenAttack[]): void
}

/** Takes over the list of the page. */
export function createEventList(onChoose: (country: string) => void): EventList {
  const list = elementOf('events', HTMLOListElement)
  const empty = elementOf('events-empty', HTMLElement)
  const rows = Array.from({ length: listedAttacks }, () => createRow(onChoose))
  list.append(...rows.map((row) => row.item))
  const hold = watchHold(list)
  return {
    get held() {
      return hold.held
    },
    render(attacks) {
      setShown(empty, attacks.length === 0)
      for (const [index, row] of rows.entries()) renderRow(row, attacks[index])
    },
  }
}

interface Row {
  readonly item: HTMLLIElement
  readonly button: HTMLButtonElement
  readonly severity: HTMLElement
  readonly route: HTMLElement
  readonly from: HTMLElement
  readonly to: HTMLElement
  readonly time: HTMLTimeElement
  readonly what: HTMLElement
  readonly count: HTMLElement
  readonly action: HTMLElement
  readonly detail: HTMLElement
  readonly address: HTMLElement
  readonly note: HTMLElement
}

function createRow(onChoose: (country: string) => void): Row {
  const row: Row = {
    item: elementWith('li', 'event'),
    button: elementWith('button', 'event-button'),
    severity: elementWith('span', 'event-severity'),
    route: elementWith('span', 'event-route'),
    from: elementWith('span', 'event-from'),
    to: elementWith('span', 'event-to'),
    time: elementWith('time', 'event-time'),
    what: elementWith('span', 'event-what'),
    count: elementWith('span', 'event-count'),
    action: elementWith('span', 'event-action'),
    detail: elementWith('span', 'event-detail'),
    address: elementWith('span', 'event-address'),
    note: elementWith('span', 'event-note'),
  }
  row.route.append(row.from, row.to)
  row.button.type = 'button'
  row.detail.append(row.address, row.note)
  row.button.append(row.severity, row.route, row.time, row.what, row.count, row.action, row.detail)
  row.item.append(row.button)
  row.item.hidden = true
  row.button.addEventListener('click', () => onChoose(row.button.value))
  return row
}

function renderRow(row: Row, seen: SeenAttack | undefined): void {
  setShown(row.item, seen !== undefined)
  if (seen === undefined || row.item.dataset['sequence'] === String(seen.sequence)) return
  const { attack } = seen
  const band = severityBand(attack.severity)
  row.item.dataset['sequence'] = String(seen.sequence)
  row.item.dataset['severity'] = band.name
  row.item.dataset['action'] = attack.action
  row.button.value = attack.from?.country ?? ''
  // Nothing to narrow the page to: the attacker is nowhere.
  row.button.disabled = attack.from === null
  row.severity.title = `Severity: ${band.label}`
  setText(row.severity, String(Math.round(attack.severity)))
  setText(row.from, placeName(attack.from, 'Unlocated'))
  setText(row.to, placeName(attack.to, 'Home'))
  setText(row.time, formatTimeOfDay(seen.publishedAt))
  setText(row.what, classNames[attack.class])
  setText(row.count, attack.count > 1 ? `×${formatCount(attack.count)}` : '')
  setText(row.action, actionNames[attack.action])
  renderDetail(row, attack.detail)
}

function renderDetail(row: Row, detail: AttackDetail | undefined): void {
  setShown(row.detail, detail !== undefined)
  if (detail === undefined) return
  const { route, note } = detailWords(detail)
  setText(row.address, route)
  setText(row.note, note)
}

function watchHold(list: HTMLElement): { readonly held: boolean } {
  let pointed = false
  // A finger leaves no pointer behind: a touched list would be held for ever.
  list.addEventListener('pointerenter', (event) => {
    pointed = event.pointerType === 'mouse'
    list.dataset['held'] = String(pointed)
  })
  list.addEventListener('pointerleave', () => {
    pointed = false
    list.dataset['held'] = 'false'
  })
  return {
    get held() {
      return pointed || list.querySelector(':focus-visible') !== null
    },
  }
}
