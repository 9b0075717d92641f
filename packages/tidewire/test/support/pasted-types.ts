import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { pasteFolder } from './pasted-code.ts'

/** What the compiler says of blocks of a document, each in its file, where nothing is let pass; nothing is best. */
export async function complaintsAbout(blocks: ReadonlyMap<string, string>): Promise<string> {
  await using folder = await pasteFolder()
  const files = Array.from(
    blocks,
    ([name, code]) => [join(folder.path, `${name}.ts`), code] as const,
  )
  await Promise.all(files.map(([file, code]) => writeFile(file, code)))
  const program = ts.createProgram(
    files.map(([file]) => file),
    compilerOptions,
  )
  return ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => folder.path,
    getNewLine: () => '\n',
  })
}

/** As a reader has them who asks for strictness; what others publish is theirs to check. */
const compilerOptions: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: ['node'],
}
