import { afterEach, describe, expect, it, vi } from 'vitest'

const touched: string[] = []

/** Puts an alarm in the place of every global the client could begin to work with. */
function watchGlobals(): void {
  for (const name of [
    'setTimeout',
    'setInterval',
    'queueMicrotask',
    'WebSocket',
    'fetch',
    'location',
  ]) {
    vi.stubGlobal(
      name,
      new Proxy(() => undefined, {
        apply: () => touched.push(name),
        construct: () => {
          touched.push(name)
          return {}
        },
        get: () => touched.push(name),
      }),
    )
  }
}

describe('loading the client', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
    touched.length = 0
  })

  it.each([
    ['index.ts', () => import('./index.ts')],
    ['tidewire-client.ts', () => import('./tidewire-client.ts')],
  ])('%s starts nothing and touches nothing', async (_file, load) => {
    vi.resetModules()
    const loading = load()
    watchGlobals()
    await loading
    expect(touched).toEqual([])
  })

  it('gives both entries the same surface', async () => {
    const [browser, node] = await Promise.all([import('./index.ts'), import('./node.ts')])
    expect(new Set(Object.keys(browser))).toEqual(
      new Set(['TidewireError', 'connect', 'httpFallback', 'isTidewireError', 'latestValue']),
    )
    expect(new Set(Object.keys(node))).toEqual(new Set(Object.keys(browser)))
  })
})
