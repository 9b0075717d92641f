import { hasChromium, launchChromium } from '@tidewire/test-support/chromium'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startExample } from './example-process.ts'

describe.skipIf(!hasChromium())('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  it.each(['node-http.js', 'fastify.js', 'hono.js'])('%s lets two people talk', async (name) => {
    await using example = await startExample(name)
    const one = await openPage(example.url)
    const other = await openPage(example.url)
    await isOnline(one, 'nobody')
    await isOnline(other, 'nobody')
    await say(one, 'hello <b>there</b>')
    await hears(other, 'somebody hello <b>there</b>')
  })

  it('express-session.js: the cookie of the page is that of the socket, until one signs out', async () => {
    await using example = await startExample('express-session.js')
    const page = await openPage(example.url, { ignoreHTTPSErrors: true })
    await isOnline(page, 'nobody')
    await say(page, 'may I?')
    await hears(page, /^note /)
    await page.getByLabel('Your name').fill('ada')
    await page.getByText('Sign in').click()
    await isOnline(page, 'ada')
    await say(page, 'hello')
    await hears(page, 'ada hello')
    const elsewhere = await page.context().newPage()
    await elsewhere.goto(example.url)
    await isOnline(elsewhere, 'ada')
    await page.getByText('Sign out').click()
    await isOnline(page, 'nobody')
    await elsewhere.getByText(/^closed: /).waitFor()
  })

  it('basic.js: the password of the page is that of the socket', async () => {
    await using example = await startExample('basic.js')
    const httpCredentials = { username: 'grace', password: 'compiler' }
    const page = await openPage(example.url, { httpCredentials })
    await isOnline(page, 'grace')
    await say(page, 'hello')
    await hears(page, 'grace hello')
  })

  it('jwt.js: the SDK brings the token, and who only reads is told so', async () => {
    await using example = await startExample('jwt.js')
    const [writer, reader] = [await openPage(example.url), await openPage(example.url)]
    await signIn(writer, 'ada', 'writer')
    await signIn(reader, 'bob', 'reader')
    await say(writer, 'hello')
    await hears(reader, 'ada hello')
    await say(reader, 'hello')
    await hears(reader, /^note /)
  })

  async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage()
    await page.goto(`${url}/`)
    return page
  }
})

async function signIn(page: Page, user: string, role: string): Promise<void> {
  await page.getByLabel('Your name').fill(user)
  await page.getByLabel('What you may do').selectOption(role)
  await page.getByText('Sign in').click()
  await isOnline(page, user)
}

async function isOnline(page: Page, user: string): Promise<void> {
  await page.getByText(`online as ${user}`).waitFor()
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Say something').fill(text)
  await page.getByText('Send').click()
}

/** Waits for a line of the chat. */
async function hears(page: Page, line: string | RegExp): Promise<void> {
  await expect
    .poll(() => page.locator('ol li').allTextContents())
    .toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))
}
