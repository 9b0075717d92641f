/**
 * The folder of everything that outlives the process: users, display tokens,
 * settings, logo, audit log. Only the user the server runs as may look into it.
 *
 * One server has it at a time: two would overwrite each other's changes.
 */
import { access, constants, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { StartupError } from '../startup-error.ts'

const ownerOnly = 0o700

/** Where the files of a data folder are. */
export interface DataFolder {
  readonly path: string
  /** The path of a file in it. */
  file(name: string): string
}

/** Opens a data folder, made when it is not there; a StartupError when it cannot be used. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path)
  try {
    await mkdir(folder, { recursive: true, mode: ownerOnly })
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartupError(`--data ${path}: ${reason}`, { cause: error })
  }
  return { path: folder, file: (name) => join(folder, name) }
}
