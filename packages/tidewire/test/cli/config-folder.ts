import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for config files, gone with the test that declares it `await using`. */
export async function configFolder(): Promise<ConfigFolder> {
  const path = await mkdtemp(join(tmpdir(), 'tidewire-cli-'))
  return {
    path,
    async write(name, content) {
      const file = join(path, name)
      await writeFile(file, content)
      return file
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true })
    },
  }
}

export interface ConfigFolder extends AsyncDisposable {
  readonly path: string
  /** Writes a file; answers with where it is. */
  write(name: string, content: string | Uint8Array): Promise<string>
}
