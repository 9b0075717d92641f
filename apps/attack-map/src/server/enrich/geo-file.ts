/**
 * A MaxMind-format file, kept open and read again when it changes.
 *
 * A new version that cannot be read leaves the old one in use: a broken update
 * must not take the map's places away.
 */
import { unwatchFile, watchFile } from 'node:fs'
import { createRequire } from 'node:module'
import { open, type Reader, type Response } from 'maxmind'
import { type Place, placeOf } from './place.ts'

const defaultPollMs = 5000
const require = createRequire(import.meta.url)

/** What to tell about later versions of the file. */
export interface GeoFileOptions {
  /** A new version is in use. */
  readonly onReloaded?: () => void
  /** A new version cannot be read. */
  readonly onReloadFailed?: (error: unknown) => void
  /** How often to look for a change, in ms. Default 5000. */
  readonly pollMs?: number
}

/** The CC0 country file that comes with the application. */
export function bundledGeoFile(): string {
  return require.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb')
}

/** Finds places; open it with `GeoFile.open`. */
export class GeoFile {
  readonly path: string
  readonly #options: GeoFileOptions
  #reader: Reader<Response>
  readonly #onChange = (): void => {
    // `reload` reports its failures itself.
    this.reload().catch(() => {})
  }

  private constructor(path: string, reader: Reader<Response>, options: GeoFileOptions) {
    this.path = path
    this.#reader = reader
    this.#options = options
    const interval = options.pollMs ?? defaultPollMs
    watchFile(path, { interval, persistent: false }, this.#onChange)
  }

  /** Opens the file at `path`; rejects when it is missing or not in MaxMind format. */
  static async open(path: string, options: GeoFileOptions = {}): Promise<GeoFile> {
    return new GeoFile(path, await open(path), options)
  }

  /** The place of an IPv4 or IPv6 address; null when the file does not have it. */
  locate(address: string): Place | null {
    return placeOf(this.#reader.get(address))
  }

  /** Reads the file again, as a change of it does by itself. */
  async reload(): Promise<void> {
    try {
      this.#reader = await open(this.path)
      this.#options.onReloaded?.()
    } catch (error) {
      this.#options.onReloadFailed?.(error)
    }
  }

  /** Stops looking for changes. */
  close(): void {
    unwatchFile(this.path, this.#onChange)
  }
}
