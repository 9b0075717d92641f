#!/usr/bin/env node
// Here and not in dist/, so that npm can link it before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) await import(main.href)
else {
  process.stderr.write('tidewire: this clone is not built yet; build it with: npm run build\n')
  process.exitCode = 1
}
