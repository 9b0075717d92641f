import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const run = promisify(execFile)

const forPages = ['tidewire/client', 'tidewire/protocol']
const forServers = ['tidewire', 'tidewire/brokers/redis', 'tidewire/testing']

// What is published is compiled along with the project that uses it.
const strict = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  target: 'es2023',
}
const inPage = { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] }
const inNode = { module: 'nodenext', lib: ['es2023'], types: ['node'] }

describe('the types that are published', () => {
  it('need nothing that a page, or a server, does not have', async () => {
    await using project = await packedProject()
    expect(await project.complaintsOf(forPages, inPage)).toBe('')
    expect(await project.complaintsOf([...forPages, ...forServers], inNode)).toBe('')
  })
})

/** A folder with the package in it as `npm install` would put it there. */
async function packedProject() {
  await mkdir(join(root, '.artifacts'), { recursive: true })
  const path = await mkdtemp(join(root, '.artifacts', 'published-'))
  const installed = join(path, 'node_modules/tidewire')
  await mkdir(installed, { recursive: true })
  const pack = ['pack', '--ignore-scripts', '--silent', '-w', 'tidewire']
  await run('npm', [...pack, '--pack-destination', path], { cwd: root })
  const [tarball = ''] = (await readdir(path)).filter((name) => name.endsWith('.tgz'))
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'], { cwd: path })
  return {
    /** What the compiler says of a project that imports all of these. */
    async complaintsOf(names: readonly string[], options: object): Promise<string> {
      const imports = names.map((name, index) => `export * as part${index} from '${name}'\n`)
      await writeFile(join(path, 'main.ts'), imports.join(''))
      const config = { compilerOptions: { ...strict, ...options }, files: ['main.ts'] }
      await writeFile(join(path, 'tsconfig.json'), JSON.stringify(config))
      return run(process.execPath, [compiler], { cwd: path }).then(
        () => '',
        ({ stdout }) => stdout,
      )
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}
