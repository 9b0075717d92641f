#!/usr/bin/env node
import { run } from './run.ts'

// Ends the process even when a config module left a timer or a socket open.
process.exit(await run(process.argv.slice(2)))
