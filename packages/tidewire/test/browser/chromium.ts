import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** Whether there is a browser to test with; says so when there is none, which in CI is a failure. */
export function hasChromium(): boolean {
  if (existsSync(executablePath)) return true
  const reason = `${executablePath} does not exist; CHROMIUM_PATH names another`
  if (process.env['CI'] !== undefined) throw new Error(reason)
  process.stderr.write(`skipped: ${reason}\n`)
  return false
}

/** Starts a real Chromium, which talks to nobody by itself; whoever asked closes it. */
export function launchChromium(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
  ]
  return chromium.launch({ executablePath, args })
}
