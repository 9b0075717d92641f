/**
 * A JSON file and what it holds: checked when it is read, replaced as a whole.
 *
 * Changes happen one after the other, and a change that cannot be written did
 * not happen: memory never knows more than the disk.
 */
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { StartupError } from '../startup-error.ts'
import { writeAtomically } from './write-atomically.ts'

/** How to read a file. */
export interface JsonFileOptions<TContent> {
  readonly path: string
  /** What it has to look like; anything else is a StartupError, and the file stays as it is. */
  readonly schema: z.ZodType<TContent>
  /** The content of a file that is not there yet. */
  readonly fallback: TContent
}

/** Reads a file; a StartupError when it cannot be read or is not what it should be. */
export async function openJsonFile<TContent>(
  options: JsonFileOptions<TContent>,
): Promise<JsonFile<TContent>> {
  return new JsonFile(options.path, await readContent(options))
}

/** The content of one file. */
export class JsonFile<TContent> {
  readonly #path: string
  #content: TContent
  #settled: Promise<unknown> = Promise.resolve()

  constructor(path: string, content: TContent) {
    this.#path = path
    this.#content = content
  }

  /** What the file holds. */
  get content(): TContent {
    return this.#content
  }

  /**
   * Replaces the content by what `change` makes of it, and resolves when it is
   * on the disk. Rejects, with nothing changed, when `change` throws or the
   * file cannot be written.
   */
  update(change: (content: TContent) => TContent): Promise<void> {
    const updated = this.#settled.then(async () => {
      const next = change(this.#content)
      await writeAtomically(this.#path, `${JSON.stringify(next, null, 2)}\n`)
      this.#content = next
    })
    // Whoever asked for this change hears of its failure; the next one goes on.
    this.#settled = updated.catch(() => {})
    return updated
  }
}

async function readContent<TContent>(options: JsonFileOptions<TContent>): Promise<TContent> {
  const { path, schema, fallback } = options
  const text = await readIfPresent(path)
  if (text === null) return fallback
  const result = schema.safeParse(parseJson(text))
  if (result.success) return result.data
  throw new StartupError(`${path}: not what this server writes; put it right or move it away`)
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new StartupError(`${path}: cannot be read`, { cause: error })
  }
}

/** Undefined for what is no JSON: no schema here takes that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
