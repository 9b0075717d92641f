/** Builds the pages into `dist/web`: everything bundled, nothing inlined, so a strict CSP holds. */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: folder('src/web'),
  base: './',
  build: {
    outDir: folder('dist/web'),
    emptyOutDir: true,
    rolldownOptions: {
      input: ['index.html', 'login.html', 'admin.html'].map((page) => folder(`src/web/${page}`)),
    },
    // `default-src 'self'` forbids data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
})
