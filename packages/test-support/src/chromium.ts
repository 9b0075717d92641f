/**
 * A real Chromium, from `CHROMIUM_PATH` or where Debian puts it.
 *
 * Draws in software, so it needs no graphics card, and talks to nobody by itself.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { isProvided } from './requirement.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]

/** Whether there is a browser to test with. */
export function hasChromium(): boolean {
  const reason = `${executablePath} does not exist; CHROMIUM_PATH names another`
  return isProvided(existsSync(executablePath), reason)
}

/** Starts the browser; whoever asked closes it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags })
}
