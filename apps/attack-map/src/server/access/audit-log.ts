/**
 * Who did what, when and from where, in `audit.jsonl`: one JSON object a line,
 * only ever added to.
 *
 * Bounded: a full file becomes `audit.1.jsonl`, those before it move on by one,
 * and the oldest leaves. What people type is written as JSON, so no entry can
 * pass for two.
 */
import { appendFile, readFile, rename, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { AuditAction, AuditEntry } from '../../shared/access.ts'
import type { DataFolder } from '../data/data-folder.ts'

const defaultMaxBytes = 1024 * 1024
const defaultMaxFiles = 5
const recentEntries = 500
const ownerOnly = 0o600

const entrySchema = z.strictObject({
  at: z.number(),
  who: z.string().nullable(),
  // An entry is as old as the server that wrote it, and may name what this one does not know.
  what: z.custom<AuditAction>((value) => typeof value === 'string'),
  target: z.string().nullable(),
  from: z.string().nullable(),
})

/** What the log is kept with. */
export interface AuditLogOptions {
  readonly folder: DataFolder
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
  /** Takes what goes wrong: an entry that could not be written. */
  readonly warn: (message: string) => void
  /** How large a file may get, in bytes. Default 1 MiB. */
  readonly maxBytes?: number
  /** How many files there are. Default 5. */
  readonly maxFiles?: number
}

/** Opens the log and reads its last entries. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const path = options.folder.file(fileName(0))
  const older = await readEntries(options.folder.file(fileName(1)))
  const entries = [...older, ...(await readEntries(path))].slice(-recentEntries)
  return new AuditLog(options, entries, await sizeOf(path))
}

/** The audit log. */
export class AuditLog {
  readonly #options: AuditLogOptions
  readonly #recent: AuditEntry[]
  #bytes: number
  #settled: Promise<void> = Promise.resolve()
  #onEntry: (entry: AuditEntry) => void = () => {}

  constructor(options: AuditLogOptions, recent: readonly AuditEntry[], bytes: number) {
    this.#options = options
    this.#recent = [...recent]
    this.#bytes = bytes
  }

  /** The newest entries, newest first; at most 500. */
  recent(limit: number): readonly AuditEntry[] {
    return this.#recent.slice(-limit).reverse()
  }

  /** Takes the listener that hears of every entry. */
  onEntry(listener: (entry: AuditEntry) => void): void {
    this.#onEntry = listener
  }

  /** Resolves when every entry so far is on the disk. */
  get settled(): Promise<void> {
    return this.#settled
  }

  /** Adds an entry; it is on the disk when the promise resolves. */
  record(entry: Omit<AuditEntry, 'at'>): Promise<void> {
    const complete = { at: this.#options.now(), ...entry }
    this.#recent.push(complete)
    if (this.#recent.length > recentEntries) this.#recent.shift()
    this.#onEntry(complete)
    // What was done is done: an entry that cannot be written is told, not thrown.
    this.#settled = this.#settled
      .then(() => this.#append(`${JSON.stringify(complete)}\n`))
      .catch((error: unknown) => this.#options.warn(`the audit log cannot be written: ${error}`))
    return this.#settled
  }

  async #append(line: string): Promise<void> {
    const { folder, maxBytes = defaultMaxBytes } = this.#options
    const bytes = Buffer.byteLength(line)
    if (this.#bytes > 0 && this.#bytes + bytes > maxBytes) await this.#rotate()
    await appendFile(folder.file(fileName(0)), line, { mode: ownerOnly })
    this.#bytes += bytes
  }

  async #rotate(): Promise<void> {
    const { folder, maxFiles = defaultMaxFiles } = this.#options
    for (let age = maxFiles - 1; age >= 1; age -= 1) {
      await renameIfPresent(folder.file(fileName(age - 1)), folder.file(fileName(age)))
    }
    this.#bytes = 0
  }
}

function fileName(age: number): string {
  return age === 0 ? 'audit.jsonl' : `audit.${age}.jsonl`
}

/** A line that was cut off by a power cut is no entry. */
async function readEntries(path: string): Promise<readonly AuditEntry[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const result = entrySchema.safeParse(parseJson(line))
    return result.success ? [result.data] : []
  })
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

async function renameIfPresent(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
