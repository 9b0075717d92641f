/**
 * Signing in, as people do it, in a real browser: the first start, an operator,
 * a display, and what each of them sees when it ends.
 */

import { hasChromium, launchChromium } from '@tidewire/test-support/chromium'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWithSharedData } from '../shared-data.ts'
import { failedLogin } from './device-lines.ts'
import { eventRows } from './event-list.ts'
import { type MapServer, startServer } from './map-server.ts'
import { sendLines } from './send-syslog.ts'
import { openViewer, type Viewer } from './viewer.ts'

const timeout = 60_000
const attacker = '187.141.143.180'
const ownPassword = 'correct horse battery'

// What a browser says of the 401 that a wrong password gets.
const refusal = /401 \(Unauthorized\)/

let browser: Browser

describeWithSharedData('access in Chromium', () => {
  describe.runIf(hasChromium())('a page', { timeout }, () => {
    beforeAll(async () => {
      browser = await launchChromium()
    }, timeout)
    afterAll(() => browser?.close())

    it('asks the first administrator for a password of their own, then shows addresses', async () => {
      await using server = await startServer()
      await sendLines(server.ports.tcp, [failedLogin(attacker)])
      await using viewer = await openViewer(browser, server.url, { tolerates: refusal })
      const { page } = viewer
      await eventRows(page).first().waitFor()
      expect(await page.content()).not.toContain(attacker)

      await page.click('#account-sign-in')
      await fill(page, '#sign-in', { name: 'admin', password: 'a wrong guess' })
      await page.locator('#sign-in-fault', { hasText: 'is not right' }).waitFor()
      await fill(page, '#sign-in', { name: 'admin', password: server.oneTimePassword })
      await page.locator('#new-password:not([hidden])').waitFor()
      await fill(page, '#new-password', { next: ownPassword, again: `${ownPassword}x` })
      await page.locator('#new-password-fault', { hasText: 'not the same' }).waitFor()
      await fill(page, '#new-password', { next: ownPassword, again: ownPassword })

      await page.locator('#account-name', { hasText: 'admin' }).waitFor()
      await page.locator('.event-address', { hasText: attacker }).waitFor()
      expect(await page.locator('.event-note').first().textContent()).toBe('as root')

      await page.click('#account-who')
      const next = 'another good password'
      await fill(page, '#new-password', { current: ownPassword, next, again: next })
      await page.locator('.event-address', { hasText: attacker }).waitFor()
    })

    it('takes a password that was typed before it knows who looks', async () => {
      await using server = await startServer()
      await using viewer = await openViewer(browser, server.url)
      const { page } = viewer
      let answer = (): void => undefined
      const held = new Promise<void>((resolve) => {
        answer = resolve
      })
      await page.route('**/api/page', async (route) => {
        await held
        await route.continue()
      })
      await page.goto(`${server.url}/login`)
      await fill(page, '#sign-in', { name: 'admin', password: server.oneTimePassword })
      await page.locator('#new-password:not([hidden])').waitFor()

      const answered = page.waitForResponse('**/api/page')
      answer()
      await (await answered).finished()
      await fill(page, '#new-password', { next: ownPassword, again: ownPassword })
      await page.locator('#account-name', { hasText: 'admin' }).waitFor()
    })

    it('lets in with its form alone, where no script runs', async () => {
      await using server = await startServer()
      const context = await browser.newContext({ javaScriptEnabled: false })
      const page = await context.newPage()
      await page.goto(`${server.url}/login`)
      const signedIn = page.waitForResponse((response) => response.request().method() === 'POST')
      await fill(page, '#sign-in', { name: 'admin', password: server.oneTimePassword })
      expect((await signedIn).status()).toBe(303)
      const { viewer } = await (await page.request.get(`${server.url}/api/page`)).json()
      expect(viewer).toMatchObject({ kind: 'user', name: 'admin' })
      await context.close()
    })

    it('goes back to what anybody sees when its user is signed out elsewhere', async () => {
      await using server = await startServer()
      await sendLines(server.ports.tcp, [failedLogin(attacker)])
      await using viewer = await openAsAdmin(server)
      const { page } = viewer
      await page.goto(server.url)
      await page.locator('.event-address', { hasText: attacker }).waitFor()

      const other = await page.context().newPage()
      await other.goto(server.url)
      await other.click('#account-sign-out')

      await page.locator('#account-sign-in:not([hidden])').waitFor()
      await eventRows(page).first().waitFor()
      expect(await page.content()).not.toContain(attacker)
    })

    it('of a display shows whole events, until the token is revoked', async () => {
      await using server = await startServer()
      await sendLines(server.ports.tcp, [failedLogin(attacker)])
      await using admin = await openAsAdmin(server)
      await admin.page.fill('#add-display [name=label]', 'Lobby')
      await admin.page.selectOption('#add-display select', 'operator')
      await admin.page.click('#add-display button')
      const link = await admin.page.locator('#display-secret input').inputValue()

      await using display = await openViewer(browser, link)
      await display.page.locator('#account-name', { hasText: 'Lobby' }).waitFor()
      await display.page.locator('.event-address', { hasText: attacker }).waitFor()
      const token = link.slice(link.indexOf('=') + 1)
      expect(display.requests.filter((url) => new URL(url).search.includes(token))).toEqual([])

      const revoke = admin.page.locator('#displays button')
      await revoke.click()
      await revoke.click()
      await display.page.locator('#notice-text', { hasText: 'not valid' }).waitFor()
      await display.page.locator('#account-sign-in:not([hidden])').waitFor()
      expect(await display.page.content()).not.toContain(attacker)
    })

    it('for administrators follows what happens, and changes the site', async () => {
      await using server = await startServer()
      await using viewer = await openAsAdmin(server)
      const { page } = viewer
      await sendLines(server.ports.tcp, [failedLogin(attacker)])
      await page.locator('#sources tr', { hasText: '127.0.0.1' }).waitFor()

      await page.fill('#add-user [name=name]', 'ada')
      await page.click('#add-user button')
      await page.locator('#users tr', { hasText: 'ada' }).waitFor()
      await page.locator('#audit tr', { hasText: 'User added: ada (operator)' }).waitFor()

      await page.fill('#settings [name=siteName]', 'Harbour')
      await page.setInputFiles('#logo-file', {
        name: 'a.png',
        mimeType: 'image/png',
        buffer: pixel,
      })
      await page.locator('#logo:not([hidden])').waitFor()
      await page.click('#settings [type=submit]')
      await page.locator('#settings-saved:not([hidden])').waitFor()

      await using visitor = await openViewer(browser, server.url)
      expect(await visitor.page.locator('#site-name').textContent()).toBe('Harbour')
      expect(await visitor.page.locator('#site-logo').evaluate(isDrawn)).toBe(true)
    })
  })
})

/** A PNG of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** The admin page, right after the first start. */
async function openAsAdmin(server: MapServer): Promise<Viewer> {
  const viewer = await openViewer(browser, server.url)
  const { page } = viewer
  await page.goto(`${server.url}/admin`)
  await fill(page, '#sign-in', { name: 'admin', password: server.oneTimePassword })
  await page.locator('#new-password:not([hidden])').waitFor()
  await fill(page, '#new-password', { next: ownPassword, again: ownPassword })
  await page.locator('#board:not([hidden])').waitFor()
  return viewer
}

async function fill(page: Page, form: string, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await page.fill(`${form} [name=${name}]`, value)
  }
  await page.click(`${form} [type=submit]`)
}

/** Runs in the page: the image came and could be read. */
function isDrawn(image: Element): boolean {
  return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0
}
