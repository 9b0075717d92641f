import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** What the documents promise to run when pasted, pasted as a reader would. */
const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The text of a document, by its path in the repository. */
export function readDocument(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8')
}

/** The blocks of a document that name their file, by that name. */
export function namedBlocks(document: string): ReadonlyMap<string, string> {
  const blocks = document.matchAll(/```ts\n\/\/ (\w+)\.ts[^\n]*\n(.*?)```/gs)
  return new Map(Array.from(blocks, ([, name = '', code = '']) => [name, code]))
}

/** Makes an empty folder, gone with the test that declares it `await using`. */
export async function pasteFolder(): Promise<PasteFolder> {
  await mkdir(join(root, '.artifacts'), { recursive: true })
  // Inside of the repository, so that what is pasted finds the package as it was built.
  const path = await mkdtemp(join(root, '.artifacts', 'pasted-'))
  return {
    path,
    async paste(name, code) {
      const { outputText } = ts.transpileModule(code, { compilerOptions })
      const file = join(path, `${name}.js`)
      await writeFile(file, outputText)
      return file
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

/** Where code is pasted. */
export interface PasteFolder extends AsyncDisposable {
  readonly path: string
  /** Puts TypeScript into a file, as JavaScript that runs; answers with its path. */
  paste(name: string, code: string): Promise<string>
}

const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
