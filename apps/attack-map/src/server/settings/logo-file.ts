/**
 * The logo of the site, in `logo.png`, `.jpg` or `.webp`: what it is, its
 * content says, never the name or the type somebody gave it.
 *
 * No SVG: that is a document that may hold script.
 */
import { readFile, rm } from 'node:fs/promises'
import type { DataFolder } from '../data/data-folder.ts'
import { writeAtomically } from '../data/write-atomically.ts'

/** A logo of more bytes is refused. */
export const maxLogoBytes = 256 * 1024

/** The kinds of image a logo may be. */
export type LogoType = 'image/png' | 'image/jpeg' | 'image/webp'

/** An image and what it is. */
export interface Logo {
  readonly type: LogoType
  readonly content: Buffer
}

const fileNames: Readonly<Record<LogoType, string>> = {
  'image/png': 'logo.png',
  'image/jpeg': 'logo.jpg',
  'image/webp': 'logo.webp',
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const jpegStart = Buffer.from([0xff, 0xd8, 0xff])

/** What an image is by its first bytes; null for anything that may be no logo. */
export function logoTypeOf(content: Buffer): LogoType | null {
  if (content.subarray(0, pngStart.length).equals(pngStart)) return 'image/png'
  if (content.subarray(0, jpegStart.length).equals(jpegStart)) return 'image/jpeg'
  const container = content.toString('latin1', 0, 4) + content.toString('latin1', 8, 12)
  return container === 'RIFFWEBP' ? 'image/webp' : null
}

/** Reads the logo that was set, if there is one. */
export async function openLogo(folder: DataFolder): Promise<LogoFile> {
  for (const name of Object.values(fileNames)) {
    const content = await readFile(folder.file(name)).catch(() => null)
    const type = content === null ? null : logoTypeOf(content)
    if (content !== null && type !== null) return new LogoFile(folder, { type, content })
  }
  return new LogoFile(folder, null)
}

/** The logo in use. */
export class LogoFile {
  readonly #folder: DataFolder
  #logo: Logo | null
  #settled: Promise<unknown> = Promise.resolve()

  constructor(folder: DataFolder, logo: Logo | null) {
    this.#folder = folder
    this.#logo = logo
  }

  /** The logo; null without one. */
  get current(): Logo | null {
    return this.#logo
  }

  /** Sets the logo, or takes it away with null. */
  replace(logo: Logo | null): Promise<void> {
    const replaced = this.#settled.then(() => this.#write(logo))
    this.#settled = replaced.catch(() => {})
    return replaced
  }

  async #write(logo: Logo | null): Promise<void> {
    if (logo !== null) {
      await writeAtomically(this.#folder.file(fileNames[logo.type]), logo.content)
    }
    this.#logo = logo
    for (const [type, name] of Object.entries(fileNames)) {
      if (type !== logo?.type) await rm(this.#folder.file(name), { force: true })
    }
  }
}
