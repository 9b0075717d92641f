import { createServer, type RequestListener } from 'node:http'
import { hasChromium, launchChromium } from '@tidewire/test-support/chromium'
import type { Browser, Page } from 'playwright-core'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthStrategy, createTidewire, type Tidewire } from '../../src/node/index.ts'
import { namedBlocks, readDocument } from '../support/pasted-code.ts'
import { SharedBroker } from '../support/shared-broker.ts'
import { listen, stop } from '../support/start-server.ts'

const follow = namedBlocks(await readDocument('docs/guide/plain-http.md')).get('follow') ?? ''

/** docs/guide/plain-http.md promises a page that follows channels through deploys, without the SDK. */
describe.skipIf(!hasChromium())('a page with an EventSource', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  it('misses nothing in a deploy, though the node that is leaving answers it 503', async () => {
    await using cluster = await startCluster()
    const { first, second } = cluster
    await using page = await cluster.open(browser, '/api/channels/log:a/events')
    await page.isFollowing(first)
    for (let number = 1; number <= 3; number += 1) await first.publish('log:a', number)
    await page.hears([1, 2, 3])
    const drained = first.drain({ overMs: 0, graceMs: 60_000 })
    // The stream that was cut has come back to the same node, and so has the next one.
    await expect.poll(() => cluster.refusals, patience).toBeGreaterThanOrEqual(2)
    for (let number = 4; number <= 6; number += 1) await second.publish('log:a', number)
    cluster.goOver()
    await page.isFollowing(second)
    await second.publish('log:a', 7)
    await page.hears([1, 2, 3, 4, 5, 6, 7])
    await drained
  })

  it('is told when it is not wanted back, and does not come', async () => {
    await using cluster = await startCluster()
    await using page = await cluster.open(browser, '/api/events?channel=log:a&channel=log:b')
    await page.isFollowing(cluster.first)
    cluster.first.disconnect({ userId: 'ada' })
    await expect.poll(() => page.hasEnded(), patience).toBe(true)
    expect(await page.sources()).toEqual(['closed'])
  })

  it('is told when it is not let in at all', async () => {
    await using cluster = await startCluster()
    await using page = await cluster.open(browser, '/api/channels/secret/events')
    await expect.poll(() => page.hasEnded(), patience).toBe(true)
  })
})

const channels = {
  'log:{name}': { subscribe: 'authenticated', history: { size: 100 } },
  secret: { subscribe: 'nobody' },
} as const

type Node = Tidewire<typeof channels>

/** Two nodes behind one address, which leads to the first of them until it goes over. */
async function startCluster() {
  const broker = new SharedBroker()
  const node = () =>
    createTidewire({ channels, broker: broker.forNode(), auth: { strategies: [cookie] } })
  const [first, second] = [node(), node()]
  let current = first
  let refusals = 0
  const http = createServer((request, response) => {
    response.once('finish', () => {
      if (request.method === 'GET' && response.statusCode === 503) refusals += 1
    })
    if (!current.handle(request, response)) servePage(request, response)
  })
  const port = await listen(http)
  return {
    first,
    second,
    goOver() {
      current = second
    },
    /** How many streams were answered 503. */
    get refusals() {
      return refusals
    },
    async open(browser: Browser, path: string) {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/#${encodeURIComponent(path)}`)
      return inPage(page)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([first.close(), second.close()])
      await broker.close()
      await stop(http)
    },
  }
}

function inPage(page: Page) {
  const heard = () => page.evaluate<Heard>('heard')
  return {
    isFollowing: (node: Node) => expect.poll(() => node.connectionCount, patience).toBe(1),
    hears: (payloads: readonly unknown[]) =>
      expect.poll(async () => (await heard()).payloads, patience).toEqual(payloads),
    hasEnded: async () => (await heard()).hasEnded,
    /** What has become of every `EventSource` it has made. */
    sources: () =>
      page.evaluate<readonly string[]>(
        `sources.map(({ readyState }) => ['connecting', 'open', 'closed'][readyState])`,
      ),
    [Symbol.asyncDispose]: () => page.close(),
  }
}

/** What the page keeps for the test. */
interface Heard {
  readonly payloads: readonly unknown[]
  readonly hasEnded: boolean
}

const servePage: RequestListener = ({ url }, response) => {
  if (url === '/follow.js') response.setHeader('Content-Type', 'text/javascript').end(script)
  else if (url !== '/') response.writeHead(404).end()
  else {
    response.setHeader('Set-Cookie', 'session=ada; HttpOnly; SameSite=Strict; Path=/')
    response.setHeader('Content-Type', 'text/html').end(html)
  }
}

const { outputText: script } = ts.transpileModule(follow, {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
})

const html = `<!doctype html><title>page under test</title><script type="module">
  import { follow } from '/follow.js'
  globalThis.sources = []
  globalThis.EventSource = class extends EventSource {
    constructor(address) {
      super(address)
      sources.push(this)
    }
  }
  globalThis.heard = { payloads: [], hasEnded: false }
  const take = ({ type, events, payload }) => {
    if (type === 'message') heard.payloads.push(payload)
    if (type === 'batch') heard.payloads.push(...events.map(({ payload }) => payload))
  }
  const path = decodeURIComponent(location.hash.slice(1))
  follow(path, take, () => { heard.hasEnded = true })
</script>`

const cookie: AuthStrategy = {
  name: 'cookie',
  isAmbient: true,
  verifyRequest: ({ headers }) =>
    headers.cookie === 'session=ada'
      ? { kind: 'accepted', identity: { userId: 'ada' } }
      : { kind: 'absent' },
}

/** A browser waits 2 s, and the page up to 5 s, each time before it comes back. */
const patience = { interval: 20, timeout: 30_000 } as const
