/**
 * What an administrator can set, in `settings.json`.
 */
import { z } from 'zod'
import type { Settings } from '../../shared/access.ts'
import type { DataFolder } from '../data/data-folder.ts'
import { type JsonFile, openJsonFile } from '../data/json-file.ts'

const fileName = 'settings.json'

const defaults: Settings = { siteName: 'Attack map', home: null, silentAfterSeconds: 60 }

/** What settings have to look like. */
export const settingsSchema: z.ZodType<Settings> = z
  .strictObject({
    siteName: z.string().trim().min(1).max(60),
    home: z
      .strictObject({
        latitude: z.number().min(-90).max(90),
        longitude: z.number().min(-180).max(180),
      })
      .readonly()
      .nullable(),
    silentAfterSeconds: z.int().min(5).max(86_400),
  })
  .readonly()

/** Reads the settings; a StartupError when the file is not what this server writes. */
export async function openSettings(folder: DataFolder): Promise<SettingsFile> {
  const options = { path: folder.file(fileName), schema: settingsSchema, fallback: defaults }
  return new SettingsFile(await openJsonFile<Settings>(options))
}

/** The settings in force. */
export class SettingsFile {
  readonly #file: JsonFile<Settings>
  #onChanged: (settings: Settings) => void = () => {}

  constructor(file: JsonFile<Settings>) {
    this.#file = file
  }

  /** As they are now. */
  get current(): Settings {
    return this.#file.content
  }

  /** Replaces all of them; they hold from now on, and after a restart. */
  async replace(settings: Settings): Promise<void> {
    await this.#file.update(() => settings)
    this.#onChanged(settings)
  }

  /** Takes the listener that hears of new settings. */
  onChanged(listener: (settings: Settings) => void): void {
    this.#onChanged = listener
  }
}
