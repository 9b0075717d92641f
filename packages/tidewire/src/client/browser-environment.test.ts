import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from './index.ts'

/** As much of a page as the client looks at. */
class PageSocket extends EventTarget {
  static readonly opened: PageSocket[] = []
  readonly sent: string[] = []
  closedWith: readonly unknown[] | null = null
  readonly url: string
  readonly protocols: readonly string[]

  constructor(url: string, protocols: readonly string[]) {
    super()
    this.url = url
    this.protocols = protocols
    PageSocket.opened.push(this)
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(...how: readonly unknown[]): void {
    this.closedWith = how
  }
}

describe('the client for browsers', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    PageSocket.opened.length = 0
  })

  it.each([
    ['https://page.test', 'wss://page.test/ws'],
    ['http://page.test:8080', 'ws://page.test:8080/ws'],
  ])('on %s takes /ws for %s', (origin, url) => {
    vi.stubGlobal('WebSocket', PageSocket)
    vi.stubGlobal('location', { origin })
    const client = connect('/ws')
    const [socket] = PageSocket.opened
    expect(socket?.url).toBe(url)
    expect(socket?.protocols).toEqual(['tidewire.v1.json'])
    client.dispose()
    expect(socket?.closedWith).toEqual([1000, ''])
  })

  it('hears messages and closes, and has a clock that moves', async () => {
    vi.stubGlobal('WebSocket', PageSocket)
    const client = connect('wss://page.test/ws', { minDelayMs: 1, maxDelayMs: 1 })
    const [socket] = PageSocket.opened
    const limits = { maxPayloadBytes: 65_536, maxChannels: 128 }
    const hello = { type: 'connected', connectionId: 'c', userId: null, auth: 'done', limits }
    socket?.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(hello) }))
    expect(client.state.kind).toBe('online')
    client
      .channel('room:a')
      .publish(1)
      .catch(() => undefined)
    const { key } = JSON.parse(socket?.sent[0] ?? '{}')
    expect(key).toMatch(/^[\d.e-]{10,128}$/)
    const again = new Promise((resolve) =>
      client.on('state', ({ kind }) => kind === 'connecting' && resolve(kind)),
    )
    socket?.dispatchEvent(new Event('error'))
    socket?.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }))
    await again
    expect(PageSocket.opened).toHaveLength(2)
    client.dispose()
  })

  it('reports what nobody listens for as the platform does', () => {
    const reported: unknown[] = []
    vi.stubGlobal('WebSocket', PageSocket)
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
    const client = connect('wss://page.test/ws')
    PageSocket.opened[0]?.dispatchEvent(new MessageEvent('message', { data: 'junk' }))
    expect(reported).toMatchObject([{ code: 'BAD_FRAME' }])
    client.dispose()
  })
})
