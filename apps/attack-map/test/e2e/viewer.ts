/**
 * Somebody who looks at the page: a browser context of their own.
 *
 * Leaving the scope closes it, and fails the test when the page logged an
 * error, broke its content security policy or asked another origin for anything.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** How long anything on the page may take to come, in ms. */
export const patienceMs = 30_000

// Small: the map is drawn in software here, and every pixel costs the processor.
const viewport = { width: 1024, height: 640 }

/** An open page. */
export interface Viewer extends AsyncDisposable {
  readonly page: Page
  /** The URL of everything the page asked for, WebSocket connections included. */
  readonly requests: readonly string[]
  /** What the page did wrong: errors on the console, broken policy, foreign requests. */
  problems(): readonly string[]
}

/** How a viewer looks. */
export interface ViewerOptions {
  /** Console errors that belong to the test; none by default. */
  readonly tolerates?: RegExp
  /** Prepares the page before it loads. */
  readonly prepare?: (page: Page) => Promise<void>
}

/** Opens the page, and resolves when it is connected and its map is drawn. */
export async function openViewer(
  browser: Browser,
  url: string,
  options: ViewerOptions = {},
): Promise<Viewer> {
  const context = await browser.newContext({ viewport })
  context.setDefaultTimeout(patienceMs)
  const requests: string[] = []
  const errors: string[] = []
  const problems = () => [...errors, ...foreign(requests, url)]
  const close = () => closeViewer(context, problems)
  try {
    const page = await context.newPage()
    record(page, { requests, errors, tolerates: options.tolerates })
    await options.prepare?.(page)
    await page.goto(url)
    await untilReady(page)
    return { page, requests, problems, [Symbol.asyncDispose]: close }
  } catch (error) {
    await context.close()
    throw new Error(`the page does not come up: ${errors.join('; ')}`, { cause: error })
  }
}

/** Resolves when the page is connected and its map is drawn. */
async function untilReady(page: Page): Promise<void> {
  await page.locator('body:not([data-freshness="connecting"]) #stage[data-arcs]').waitFor()
}

interface Records {
  readonly requests: string[]
  readonly errors: string[]
  readonly tolerates: RegExp | undefined
}

function record(page: Page, { requests, errors, tolerates }: Records): void {
  const complain = (text: string) => {
    if (tolerates?.test(text) !== true) errors.push(text)
  }
  page.on('request', (request) => requests.push(request.url()))
  page.on('websocket', (socket) => requests.push(socket.url()))
  // A broken content security policy is an error on the console, too.
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text())
  })
  page.on('pageerror', (error) => complain(String(error)))
  page.on('crash', () => complain('the page crashed'))
}

function foreign(requests: readonly string[], url: string): readonly string[] {
  const own = new URL(url).host
  return requests
    .filter((request) => new URL(request).host !== own)
    .map((request) => `asked for ${request}`)
}

async function closeViewer(
  context: BrowserContext,
  problems: () => readonly string[],
): Promise<void> {
  await context.close()
  const found = problems()
  if (found.length > 0) throw new Error(`the page is not clean:\n${found.join('\n')}`)
}
