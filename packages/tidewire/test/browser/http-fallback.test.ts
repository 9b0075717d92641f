import { hasChromium, launchChromium } from '@tidewire/test-support/chromium'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../support/start-server.ts'
import { BlockingProxy } from './blocking-proxy.ts'
import type { Heard, PageOptions, PageUnderTest } from './page.ts'
import { startPageServer } from './page-server.ts'

describe.skipIf(!hasChromium())('a page whose WebSocket is blocked', { timeout: 60_000 }, () => {
  let browser: Browser
  let server: TestServer
  let published = 0

  beforeAll(async () => {
    browser = await launchChromium()
    server = await startPageServer()
  })
  // Who closes a window leaves nothing behind.
  afterEach(() => expect.poll(() => server.tide.connectionCount, patience).toBe(0))
  afterAll(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
  })

  it.each([
    ['refused by a proxy', 'refuse', ''],
    ['never answered by a proxy', 'ignore', ''],
    ['failing in the browser', 'pass', failingWebSocket],
  ] as const)('does all over a stream: %s', async (_, upgrades, script) => {
    await using proxy = await startProxy(upgrades)
    await using page = await open(proxy, { script })
    await page.isOnline('sse')
    expect((await page.heard()).user).toBe('ada')
    await publish(3)
    await page.hears(3)
    expect(await page.run(({ client }) => client.call('whoAmI'))).toBe('ada')
    published += 1
    const acknowledged = await page.run(
      ({ client }, payload) => client.channel('log:a').publish(payload),
      published,
    )
    expect(acknowledged).toMatchObject({ position: { offset: published } })
    await page.hears(4)
    const { events } = await page.run(({ client }) => client.channel('log:a').history({ limit: 2 }))
    expect(events.map(({ payload, from }) => [payload, from])).toEqual([
      [published - 1, undefined],
      [published, 'ada'],
    ])
  })

  it('does so, too, where the policy of the page forbids it', async () => {
    await using proxy = await startProxy('pass')
    await using page = await open(proxy, { path: '/strict' })
    await page.isOnline('sse')
    await publish(3)
    await page.hears(3)
    expect(proxy.handshakes).toBe(0)
  })

  it('misses nothing when its stream is cut', async () => {
    await using proxy = await startProxy('refuse')
    await using page = await open(proxy)
    await page.isOnline('sse')
    for (let round = 1; round <= 3; round += 1) {
      proxy.cut()
      await publish(5)
      await page.hears(round * 5)
    }
  })

  it('polls where a proxy keeps back the stream, and misses nothing when that is cut', async () => {
    await using proxy = await startProxy('ignore')
    proxy.streams = 'keep'
    await using page = await open(proxy)
    await page.isOnline('long-poll')
    await publish(5)
    await page.hears(5)
    proxy.cut()
    await publish(5)
    await page.hears(10)
    published += 1
    await page.run(({ client }, payload) => client.channel('log:a').publish(payload), published)
    await page.hears(11)
  })

  it('begins with what has worked when it is loaded again', async () => {
    await using proxy = await startProxy('refuse')
    await using page = await open(proxy)
    await page.isOnline('sse')
    expect(proxy.handshakes).toBe(1)
    await page.reload()
    await page.isOnline('sse')
    await publish(2)
    await page.hears(2)
    expect(proxy.handshakes).toBe(1)
    // Another window is another session.
    await using other = await open(proxy)
    await other.isOnline('sse')
    expect(proxy.handshakes).toBe(2)
  })

  it('goes over to a WebSocket when one gets through, misses nothing and stays online', async () => {
    await using proxy = await startProxy('refuse')
    await using page = await open(proxy, { fallback: { rememberMs: 700 } })
    await page.isOnline('sse')
    const before = proxy.handshakes
    // Still blocked: it tries, and goes on as it was.
    await expect.poll(() => proxy.handshakes, patience).toBeGreaterThan(before)
    proxy.upgrades = 'pass'
    let seen = 0
    await expect
      .poll(async () => {
        await publish(1)
        seen += 1
        return transports()
      }, patience)
      .toMatchObject({ websocket: 1, sse: 0 })
    await publish(3)
    await page.hears(seen + 3)
    const { states } = await page.heard()
    const online = states.indexOf('online')
    expect(new Set(states.slice(online))).toEqual(new Set(['online']))
  })

  async function startProxy(upgrades: BlockingProxy['upgrades']): Promise<BlockingProxy> {
    const proxy = new BlockingProxy(server.port)
    proxy.upgrades = upgrades
    return proxy.listen()
  }

  /** Publishes the next numbers, as the server. */
  async function publish(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      published += 1
      await server.tide.publish('log:a', published)
    }
  }

  /** How many connections there are, by transport. */
  function transports(): Readonly<Record<string, number>> {
    const samples = server.tide
      .metrics()
      .matchAll(/^tidewire_connections\{transport="(.+)"\} (.+)$/gm)
    return Object.fromEntries([...samples].map(([, name = '', value]) => [name, Number(value)]))
  }

  /** Opens the page through a proxy, in a window that nobody had before. */
  async function open(proxy: BlockingProxy, options: OpenOptions = {}): Promise<PageInTest> {
    const { path = '/', script = '', fallback = {} } = options
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(script)
    const fragment = encodeURIComponent(JSON.stringify({ fallback } satisfies PageOptions))
    await page.goto(`${proxy.origin}${path}#${fragment}`)
    let first = published
    const run: PageInTest['run'] = (action, argument) =>
      page.evaluate(
        ([text, passed]) =>
          new Function('page', 'passed', `return (${text})(page, passed)`)(
            Reflect.get(globalThis, 'underTest'),
            passed,
          ),
        [String(action), argument] as const,
      )
    const heard = () => run(({ heard }) => heard)
    return {
      run,
      heard,
      async reload() {
        await page.reload()
        first = published
      },
      async isOnline(over) {
        await expect.poll(async () => (await heard()).isFollowing, patience).toBe(true)
        expect((await heard()).states.at(-1)).toBe('online')
        await expect.poll(() => transports()[over], patience).toBeGreaterThan(0)
      },
      async hears(count) {
        const wanted = Array.from({ length: count }, (_, index) => first + index + 1)
        await expect.poll(async () => (await heard()).payloads, patience).toEqual(wanted)
        expect((await heard()).gaps).toBe(0)
      },
      async [Symbol.asyncDispose]() {
        await context.close()
      },
    }
  }
})

/** A window with the page under test. */
interface PageInTest extends AsyncDisposable {
  /** Runs in the page, which has nothing of what is around the action. */
  run<TAnswer, TArgument>(
    action: (page: PageUnderTest, argument: TArgument) => TAnswer,
    argument?: TArgument,
  ): Promise<Awaited<TAnswer>>
  heard(): Promise<Heard>
  reload(): Promise<void>
  /** Waits until it is, over this transport. */
  isOnline(over: 'sse' | 'long-poll'): Promise<void>
  /** Waits until it has all that was published since it was loaded, so many, once and in order. */
  hears(count: number): Promise<void>
}

interface OpenOptions {
  /** Default `/`; `/strict` has a policy against WebSockets. */
  readonly path?: string
  /** Runs before the page does. */
  readonly script?: string
  readonly fallback?: PageOptions['fallback']
}

/** Nothing comes near it but what fails. */
const patience = { interval: 20, timeout: 20_000 } as const

const failingWebSocket = `
  globalThis.WebSocket = class extends EventTarget {
    constructor() {
      super()
      setTimeout(() => {
        this.dispatchEvent(new Event('error'))
        this.dispatchEvent(new CloseEvent('close', { code: 1006 }))
      })
    }
  }`
