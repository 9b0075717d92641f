/**
 * Tokens for screens nobody signs in to, in `displays.json`: read-only, each
 * revocable by itself. Only hashes are kept; a token is shown when it is made
 * and never again.
 */
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { DisplayEntry, DisplayView } from '../../shared/access.ts'
import type { DataFolder } from '../data/data-folder.ts'
import { type JsonFile, openJsonFile } from '../data/json-file.ts'
import { Refusal } from './refusal.ts'

const fileName = 'displays.json'
const maxDisplays = 500
const longestLabel = 60
const tokenBytes = 32
const idBytes = 9

// Says what it is when it turns up in a log or a repository.
const tokenPattern = /^amd_[\w-]{43}$/

const displaySchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  view: z.enum(['public', 'operator']),
  createdAt: z.number(),
  createdBy: z.string(),
  tokenHash: z.string(),
})

const fileSchema = z
  .strictObject({ displays: z.array(displaySchema.readonly()).readonly() })
  .readonly()

type StoredDisplay = z.output<typeof displaySchema>
type Content = z.output<typeof fileSchema>

/** A token to be made. */
export interface NewDisplay {
  /** Where the screen is, in words; 1 to 60 characters. */
  readonly label: string
  readonly view: DisplayView
  readonly createdBy: string
}

/** Reads the tokens; a StartupError when their file is not what this server writes. */
export async function openDisplayTokens(
  folder: DataFolder,
  now: () => number,
): Promise<DisplayTokens> {
  const options = { path: folder.file(fileName), schema: fileSchema, fallback: { displays: [] } }
  return new DisplayTokens(await openJsonFile<Content>(options), now)
}

/** Every display token there is. */
export class DisplayTokens {
  readonly #file: JsonFile<Content>
  readonly #now: () => number
  #onRevoked: (id: string) => void = () => {}

  constructor(file: JsonFile<Content>, now: () => number) {
    this.#file = file
    this.#now = now
  }

  /** The newest first. */
  list(): readonly DisplayEntry[] {
    return this.#file.content.displays.map(entryOf).reverse()
  }

  /** The display a token belongs to; null for any other text. */
  find(token: string): DisplayEntry | null {
    if (!tokenPattern.test(token)) return null
    // A hash is looked for, not the token: how long that takes tells nothing of it.
    const tokenHash = hashOf(token)
    const display = this.#file.content.displays.find((known) => known.tokenHash === tokenHash)
    return display === undefined ? null : entryOf(display)
  }

  /** Makes a token; this answer is the only one it is in. */
  async create({ label, view, createdBy }: NewDisplay): Promise<DisplayEntry & { token: string }> {
    const text = label.trim()
    if (text === '' || text.length > longestLabel) {
      throw new Refusal('INVALID', `a label has 1 to ${longestLabel} characters`)
    }
    const token = `amd_${randomBytes(tokenBytes).toString('base64url')}`
    const id = randomBytes(idBytes).toString('base64url')
    const entry = { id, label: text, view, createdAt: this.#now(), createdBy }
    await this.#file.update(({ displays }) => {
      if (displays.length >= maxDisplays) {
        throw new Refusal('TOO_MANY', `${maxDisplays} display tokens at most`)
      }
      return { displays: [...displays, { ...entry, tokenHash: hashOf(token) }] }
    })
    return { ...entry, token }
  }

  /** Revokes a token; answers what it was. */
  async revoke(id: string): Promise<DisplayEntry> {
    const display = this.list().find((known) => known.id === id)
    if (display === undefined) throw new Refusal('NOT_FOUND', 'there is no such display token')
    await this.#file.update(({ displays }) => ({
      displays: displays.filter((known) => known.id !== id),
    }))
    this.#onRevoked(id)
    return display
  }

  /** Takes the listener that hears which token no longer holds. */
  onRevoked(listener: (id: string) => void): void {
    this.#onRevoked = listener
  }
}

function entryOf({ id, label, view, createdAt, createdBy }: StoredDisplay): DisplayEntry {
  return { id, label, view, createdAt, createdBy }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
