/**
 * Replaces a file as a whole: whoever reads it, also after a power cut, finds
 * the old content or the new one, never a part.
 */
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const ownerOnly = 0o600

/** Writes a file that only its owner may read. */
export async function writeAtomically(path: string, content: string | Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    await writeThrough(draft, content)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

async function writeThrough(path: string, content: string | Buffer): Promise<void> {
  await using file = await open(path, 'wx', ownerOnly)
  await file.writeFile(content)
  await file.sync()
}

/** The new name is part of the folder, which has a cache of its own. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
