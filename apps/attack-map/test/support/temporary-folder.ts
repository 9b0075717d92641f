/**
 * A data folder that is gone after the test.
 */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataFolder } from '../../src/server/data/data-folder.ts'

/** A folder of one test. */
export interface TemporaryFolder extends DataFolder, AsyncDisposable {
  /** The text of a file in it. */
  read(name: string): Promise<string>
  /** Puts a file into it. */
  write(name: string, text: string): Promise<void>
  /** The permission bits of a file in it. */
  mode(name: string): Promise<number>
  /** The names of all files in it, sorted. */
  names(): Promise<readonly string[]>
}

/** Makes a folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'attack-map-'))
  const file = (name: string) => join(path, name)
  return {
    path,
    file,
    read: (name) => readFile(file(name), 'utf8'),
    write: (name, text) => writeFile(file(name), text),
    mode: async (name) => (await stat(file(name))).mode & 0o777,
    names: async () => (await readdir(path)).sort(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}
