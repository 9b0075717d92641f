import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

type ExportTarget = string | { readonly [condition: string]: ExportTarget }

/** The source file a subpath export is built from, as Node resolves it. */
function sourceOf(target: ExportTarget): string {
  if (typeof target !== 'string') return sourceOf(target['node'] ?? target['default'] ?? '')
  return target.replace('./dist/', './packages/tidewire/src/').replace(/\.js$/, '.ts')
}

// Tests run on the sources: the aliases are derived from the package's own
// export map, so a subpath that is not exported does not resolve here either.
const manifest = JSON.parse(readFileSync('packages/tidewire/package.json', 'utf8'))
const alias = Object.entries<ExportTarget>(manifest.exports)
  .filter(([subpath]) => subpath !== './package.json')
  .map(([subpath, target]) => ({
    find: new RegExp(`^tidewire${subpath.slice(1)}$`),
    replacement: fileURLToPath(new URL(sourceOf(target), import.meta.url)),
  }))

export default defineConfig({
  resolve: { alias },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/{src,test}/**/*.test.ts',
      'bench/**/*.test.ts',
      'examples/test/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 15_000,
  },
})
