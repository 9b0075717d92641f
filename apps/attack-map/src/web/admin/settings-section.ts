/** The settings of the site. */

import type { Settings, SitePoint } from '../../shared/access.ts'
import { ask } from '../api/ask.ts'
import { elementOf, setShown, setText } from '../panels/element.ts'
import { onSubmit, textOf } from '../panels/form.ts'

const path = '/api/admin/settings'

/** The section on the page. */
export interface SettingsSection {
  /** Shows the settings as the server has them. */
  load(): Promise<void>
  /** Shows settings; nothing while somebody is typing. */
  show(settings: Settings): void
}

/** Takes over the section. */
export function createSettingsSection(): SettingsSection {
  const form = elementOf('settings', HTMLFormElement)
  const saved = elementOf('settings-saved', HTMLElement)
  const fill = (settings: Settings): void => {
    setField(form, 'siteName', settings.siteName)
    setField(form, 'latitude', String(settings.home?.latitude ?? ''))
    setField(form, 'longitude', String(settings.home?.longitude ?? ''))
    setField(form, 'silentAfterSeconds', String(settings.silentAfterSeconds))
    setText(elementOf('site-name', HTMLElement), settings.siteName)
  }
  form.addEventListener('input', () => setShown(saved, false))
  onSubmit(form, elementOf('settings-fault', HTMLElement), async () => {
    const settings: Settings = {
      siteName: textOf(form, 'siteName'),
      home: homeIn(form),
      silentAfterSeconds: Number(textOf(form, 'silentAfterSeconds')),
    }
    fill((await ask('PUT', path, { body: settings })) as Settings)
    setShown(saved, true)
  })
  return {
    load: async () => fill((await ask('GET', path)) as Settings),
    show(settings) {
      if (!form.contains(document.activeElement)) fill(settings)
    },
  }
}

function homeIn(form: HTMLFormElement): SitePoint | null {
  const [latitude, longitude] = [textOf(form, 'latitude').trim(), textOf(form, 'longitude').trim()]
  if (latitude === '' && longitude === '') return null
  const home = { latitude: degrees(latitude, 90), longitude: degrees(longitude, 180) }
  if (Number.isNaN(home.latitude)) throw new Error('the latitude is a number from -90 to 90')
  if (Number.isNaN(home.longitude)) throw new Error('the longitude is a number from -180 to 180')
  return home
}

function degrees(text: string, most: number): number {
  const value = text === '' ? Number.NaN : Number(text.replace(',', '.'))
  return Math.abs(value) <= most ? value : Number.NaN
}

function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.value = value
}
