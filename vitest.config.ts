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

const inBrowser = 'apps/attack-map/test/e2e/*.test.ts'

export default defineConfig({
  resolve: { alias },
  test: {
    // For what hangs: a test that passes comes nowhere near it, on a machine that is
    // slow and busy with others, either.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { interval: 5, timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          // By default one core is left idle; these wait for most of their time.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'apps/*/{src,test}/**/*.test.ts',
            'bench/**/*.test.ts',
            'examples/test/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', inBrowser],
        },
      },
      {
        extends: true,
        test: {
          name: 'attack map in a browser',
          include: [inBrowser],
          // A browser that draws in software takes every core: alone, when the rest is done.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: 'apps/attack-map/test/e2e/build-page.ts',
        },
      },
    ],
  },
})
