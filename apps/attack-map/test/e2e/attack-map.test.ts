/**
 * The attack map end to end: a syslog line into a real server, its event in a
 * real browser. Every wait is for a thing to happen, and bounded.
 */
import { fileURLToPath } from 'node:url'
import { hasChromium, launchChromium } from '@tidewire/test-support/chromium'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWithSharedData } from '../shared-data.ts'
import { readAnonymously } from './anonymous-reader.ts'
import { keepArcsReadable, recordFlight } from './arc-recording.ts'
import {
  deviceLines,
  everyLine,
  failedLogin,
  lineWith,
  messageOf,
  secretsIn,
  withPriority,
} from './device-lines.ts'
import { eventRows, watchEvents } from './event-list.ts'
import { type MapServer, startServer } from './map-server.ts'
import { hasLogger, sendCounted, sendLines, sendUdp, sendWithLogger } from './send-syslog.ts'
import { openViewer, patienceMs, type Viewer } from './viewer.ts'

/** For starting and for a whole test, in ms, on a machine that is busy with others. */
const timeout = 60_000

/** What the page promises: from the device to the screen within a second. */
const withinMs = 1000

const artefact = fileURLToPath(
  new URL('../../../../.artifacts/e2e/attack-map.png', import.meta.url),
)

const fromMexico = () => failedLogin('187.141.143.180')
const fromChina = () => failedLogin('183.62.140.253')
const fromVietnam = () => failedLogin('103.99.0.122')

const missedInRestart = /^Server restarted: events between .+ and .+ are lost\.$/

let browser: Browser

describeWithSharedData('the attack map', () => {
  describe.runIf(hasChromium())('in Chromium', { timeout }, () => {
    beforeAll(async () => {
      browser = await launchChromium()
    }, timeout)
    afterAll(() => browser?.close())

    describe('a line on the screen', testLines)
    describe('the page', testPage)
    describe('the server behind the page', testServer)
  })
})

function testLines(): void {
  let server: MapServer
  let viewer: Viewer

  beforeAll(async () => {
    server = await startServer()
    viewer = await openViewer(browser, server.url, { prepare: keepArcsReadable })
    // The first arc compiles the shaders; that is the start of the page, not of a line.
    await sendLines(server.ports.tcp, [fromMexico()])
    await eventRows(viewer.page).first().waitFor()
  }, timeout)
  afterAll(async () => {
    await viewer?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  it.each(deviceLines)('comes from $device over UDP within a second', async (line) => {
    const watch = await watchEvents(viewer.page, withinMs)
    const sentAt = Date.now()
    await sendUdp(server.ports.udp, lineWith(...line.source))
    const { at, event } = await watch.next()
    console.log(`${line.device}: from the device to the screen in ${at - sentAt} ms`)
    expect(event).toEqual(line.event)
  })

  it('comes over TCP with octet counting within a second', async () => {
    const watch = await watchEvents(viewer.page, withinMs)
    await sendCounted(server.ports.tcp, [withPriority(fromVietnam())])
    expect((await watch.next()).event).toMatchObject({ from: 'Vietnam', action: 'Blocked' })
  })

  it.runIf(hasLogger())('comes from logger, called as in the README', async () => {
    const watch = await watchEvents(viewer.page, withinMs)
    await sendWithLogger(server.ports.udp, messageOf(fromChina()))
    expect((await watch.next()).event).toMatchObject({ from: 'China', action: 'Blocked' })
  })

  it('flies as an arc that moves on, lands, and leaves the map empty', async () => {
    const { page } = viewer
    expect(await page.locator('#stage').getAttribute('data-arcs')).toBe('webgl2')
    const recorder = await recordFlight(page)
    await sendUdp(server.ports.udp, fromMexico())
    const { advances, brightest } = await recorder.flight()
    expect(brightest).toBeGreaterThan(20)
    expect(advances).toBeGreaterThan(2)
  })
}

function testPage(): void {
  let server: MapServer

  beforeAll(async () => {
    server = await startServer()
    await sendLines(server.ports.tcp, [fromMexico(), fromChina(), fromVietnam(), fromMexico()])
  }, timeout)
  afterAll(() => server?.[Symbol.asyncDispose]())

  it('shows the last minutes at once after a reload', async () => {
    await using viewer = await openViewer(browser, server.url)
    const { page } = viewer
    await eventRows(page).first().waitFor()
    expect(await countriesListed(page)).toEqual(['Mexico', 'Vietnam', 'China', 'Mexico'])
    const before = await eventRows(page).allTextContents()
    await page.reload()
    await eventRows(page).first().waitFor()
    expect(await eventRows(page).allTextContents()).toEqual(before)
  })

  it('narrows to the country of a clicked event; the address bar, Back and a button know', async () => {
    await using viewer = await openViewer(browser, server.url)
    const { page } = viewer
    await eventRows(page).filter({ hasText: 'China' }).click()
    expect(new URL(page.url()).search).toBe('?country=CN')
    expect(await countriesListed(page)).toEqual(['China'])
    expect(await page.locator('#filter').textContent()).toContain('From China')

    await page.locator('#filter-clear').click()
    expect(new URL(page.url()).search).toBe('')
    expect(await countriesListed(page)).toEqual(['Mexico', 'Vietnam', 'China', 'Mexico'])

    await page.goBack()
    expect(new URL(page.url()).search).toBe('?country=CN')
    expect(await countriesListed(page)).toEqual(['China'])
  })

  it('narrows by the top countries, and still after a reload', async () => {
    await using viewer = await openViewer(browser, server.url)
    const { page } = viewer
    await page.locator('.country-button', { hasText: 'Mexico' }).click()
    expect(await countriesListed(page)).toEqual(['Mexico', 'Mexico'])
    await page.reload()
    await eventRows(page).nth(1).waitFor()
    expect(await countriesListed(page)).toEqual(['Mexico', 'Mexico'])
  })

  it('asks nobody but its own server for anything, and breaks no rule of its policy', async () => {
    await using viewer = await openViewer(browser, server.url)
    await eventRows(viewer.page).first().click()
    const { host } = new URL(server.url)
    expect(viewer.requests).toContain(`ws://${host}/ws`)
    expect(viewer.requests).toContainEqual(expect.stringMatching(/countries-50m-.+\.json$/))
    expect(new Set(viewer.requests.map((request) => new URL(request).host))).toEqual(
      new Set([host]),
    )
    expect(viewer.problems()).toEqual([])
    expect(server.complaints()).toBe('')
  })
}

function testServer(): void {
  it('wears the DEMO badge over generated traffic, until the first real line', async () => {
    await using server = await startServer({ demo: true })
    await using viewer = await openViewer(browser, server.url)
    const { page } = viewer
    const badge = page.locator('#demo')
    await badge.waitFor({ state: 'visible' })
    expect(await badge.textContent()).toContain('DEMO')
    await eventRows(page).first().waitFor()

    await sendUdp(server.ports.udp, fromMexico())
    await badge.waitFor({ state: 'hidden' })
    expect(await countriesListed(page)).toEqual(['Mexico'])
    expect(await page.locator('#freshness-title').textContent()).toBe('Live')

    await page.reload()
    await eventRows(page).first().waitFor()
    expect(await countriesListed(page)).toEqual(['Mexico'])
    expect(await badge.isVisible()).toBe(false)
  })

  it('says that the server is gone, comes back by itself, and says what it missed', async () => {
    await using first = await startServer()
    const tolerates = /WebSocket connection to .* failed/
    await using viewer = await openViewer(browser, first.url, { tolerates })
    const { page } = viewer
    await sendUdp(first.ports.udp, fromMexico())
    await eventRows(page).first().waitFor()

    await first.kill()
    await page.locator('body[data-freshness="offline"]').waitFor()
    expect(await page.locator('#freshness-title').textContent()).toBe('Connection lost')
    expect(await page.locator('#aged-age').textContent()).toMatch(/^Data is .+ old$/)

    await using second = await startServer({ ports: first.ports })
    const notice = page.locator('#notice-text', { hasText: missedInRestart })
    await notice.waitFor()
    await page.locator('body:not([data-freshness="offline"])').waitFor()

    const watch = await watchEvents(page, patienceMs)
    await sendUdp(second.ports.udp, fromChina())
    expect((await watch.next()).event.from).toBe('China')
    expect(await countriesListed(page)).toEqual(['China', 'Mexico'])
  })

  it('holds no address, no host and no name of a user in any frame', async () => {
    await using server = await startServer()
    await using viewer = await openViewer(browser, server.url)
    const reader = await readAnonymously(viewer.page, [
      'attacks:public',
      'stats',
      'attacks:operator',
    ])
    const lines = everyLine()
    await sendLines(server.ports.tcp, lines)
    const frames = await reader.framesOf(lines.length)

    const told = frames.join('\n')
    const secrets = new Set(lines.flatMap(secretsIn))
    expect(secrets.size).toBeGreaterThan(100)
    expect([...secrets].filter((secret) => told.includes(secret))).toEqual([])
    expect(told).not.toMatch(/\d+\.\d+\.\d+\.\d+/)
    expect(told).toContain('"code":"FORBIDDEN"')
  })

  it('counts every line of every device on the screen, and leaves a picture of it', async () => {
    await using server = await startServer()
    await using viewer = await openViewer(browser, server.url)
    const { page } = viewer
    const lines = everyLine()
    await sendLines(server.ports.tcp, lines)
    const received = `of ${lines.length.toLocaleString('en')} received`
    await page.locator('#note-unparsed', { hasText: received }).waitFor()
    expect(await page.locator('#figure-unparsed').textContent()).toBe('0')

    await page.setViewportSize({ width: 1440, height: 810 })
    // One burst after the other, so that arcs of every age are in the picture.
    for (const burst of burstsOf(lines)) {
      const watch = await watchEvents(page, patienceMs)
      await sendLines(server.ports.tcp, burst)
      await watch.next()
    }
    // Playwright hides the caret with an inline style, which the policy forbids.
    await page.screenshot({ path: artefact, caret: 'initial' })
  })
}

function countriesListed(page: Page): Promise<readonly string[]> {
  return eventRows(page).locator('.event-from').allTextContents()
}

/** Some of the lines, from all over the logs, in three parts. */
function burstsOf(lines: readonly string[]): readonly (readonly string[])[] {
  return [0, 1, 2].map((part) => lines.filter((_, index) => index % 60 === part * 20))
}
