import { describe, expect, it } from 'vitest'
import type { Link as ClientLink } from '../../client/dial.ts'
import type { Link } from '../../core/ports/link.ts'
import { VirtualClock } from '../virtual-clock.ts'
import type { DialOutcome } from './link-conditions.ts'
import { MemoryNetwork } from './memory-network.ts'
import { SeededRandom } from './seeded-random.ts'

const url = 'ws://tide/'

/** A network with a server that remembers what it hears, and a client that does. */
function startNetwork(outcome: DialOutcome = { kind: 'open', conditions: {} }) {
  const clock = new VirtualClock()
  const network = new MemoryNetwork({ clock, random: new SeededRandom(1) })
  const server: Side<Link> = { ends: [], heard: [], links: [], drains: 0 }
  network.decideDials(() => outcome)
  network.listen(url, (link) => {
    server.links.push(link)
    return {
      onData: (data) => server.heard.push(`${clock.now() - 1_000_000} ${data}`),
      onControl: () => true,
      onViolation: () => undefined,
      onDrain: () => {
        server.drains += 1
      },
      onClose: (code) => server.ends.push(`${clock.now() - 1_000_000} ${code}`),
    }
  })
  const dial = () => {
    const client: Side<ClientLink> = { ends: [], heard: [], links: [], drains: 0 }
    const link = network.dial(url, [], {
      onMessage: (data) => client.heard.push(`${clock.now() - 1_000_000} ${data}`),
      onClose: (code) => client.ends.push(`${clock.now() - 1_000_000} ${code}`),
    })
    client.links.push(link)
    return client
  }
  return { clock, network, server, dial }
}

interface Side<TLink> {
  readonly links: TLink[]
  /** With the time of each, in ms. */
  readonly heard: string[]
  readonly ends: string[]
  drains: number
}

describe('a network in memory', () => {
  it('takes as long as its latency for the dial and each way', async () => {
    const { clock, server, dial } = startNetwork({ kind: 'open', conditions: { latencyMs: 40 } })
    const client = dial()
    await clock.advance(40)
    server.links[0]?.send('hello')
    client.links[0]?.send('hi')
    await clock.advance(100)
    expect([client.heard, server.heard]).toEqual([['80 hello'], ['80 hi']])
  })

  it('lets links overtake each other, and the messages of one never', async () => {
    const { clock, server, dial } = startNetwork({ kind: 'open', conditions: { jitterMs: 50 } })
    const clients = [dial(), dial(), dial()]
    await clock.advance(0)
    for (const link of server.links) for (const text of ['1', '2', '3', '4']) link.send(text)
    await clock.advance(100)
    const texts = clients.map(({ heard }) => heard.map((line) => line.split(' ')[1]))
    expect(texts).toEqual(Array(3).fill(['1', '2', '3', '4']))
    expect(new Set(clients.map(({ heard }) => heard[0])).size).toBeGreaterThan(1)
  })

  it('keeps at the server what a slow reader has not read, and says when there is room', async () => {
    const conditions = { bytesPerSecond: 1_000, congestedBytes: 500 }
    const { clock, server, dial } = startNetwork({ kind: 'open', conditions })
    const client = dial()
    await clock.advance(0)
    const [link] = server.links
    for (let sent = 0; sent < 6; sent += 1) link?.send('x'.repeat(100))
    expect([link?.bufferedBytes, link?.isCongested]).toEqual([600, true])
    await clock.advance(100)
    expect([link?.bufferedBytes, link?.isCongested, server.drains]).toEqual([500, true, 0])
    await clock.advance(100)
    expect([link?.bufferedBytes, link?.isCongested, server.drains]).toEqual([400, false, 1])
    await clock.advance(400)
    expect([client.heard.length, link?.bufferedBytes, server.drains]).toEqual([6, 0, 1])
  })

  it('breaks at a byte: the message in which it is never arrives', async () => {
    const { clock, network, server, dial } = startNetwork()
    const client = dial()
    await clock.advance(0)
    network.links[0]?.cutAfter(7)
    for (const text of ['1234', '5678', '9']) server.links[0]?.send(text)
    await clock.advance(0)
    expect([client.heard, client.ends, server.ends]).toEqual([['0 1234'], ['0 1006'], ['0 1006']])
    expect(network.links).toEqual([])
  })

  it.each([
    ['both', ['0 1006'], ['0 1006']],
    ['client', ['0 1006'], ['9000 1006']],
    ['server', [], ['0 1006']],
    ['nobody', [], ['9000 1006']],
  ] as const)(
    'half open, it tells %s at once, and the server when it is dead',
    async (notice, client, server) => {
      const deadAfterMs = 9_000
      const net = startNetwork({ kind: 'open', conditions: { deadAfterMs } })
      const dialled = net.dial()
      await net.clock.advance(0)
      net.network.links[0]?.cut(notice)
      net.server.links[0]?.send('into the dark')
      dialled.links[0]?.send('so am I')
      await net.clock.advance(60_000)
      expect([dialled.ends, net.server.ends]).toEqual([client, server])
      expect([dialled.heard, net.server.heard]).toEqual([[], []])
      expect(net.clock.pendingTimers).toBe(0)
    },
  )

  it('refuses a dial, does not answer it, or doubles it', async () => {
    const refused = startNetwork({ kind: 'refused' })
    const unanswered = startNetwork({ kind: 'unanswered' })
    const doubled = startNetwork({ kind: 'open', conditions: {}, isDoubled: true })
    const clients = [refused, unanswered, doubled].map((net) => net.dial())
    for (const { clock } of [refused, unanswered, doubled]) await clock.advance(60_000)
    expect(clients.map(({ ends }) => ends)).toEqual([['0 1006'], [], []])
    expect([refused, unanswered].map(({ server }) => server.links.length)).toEqual([0, 0])
    expect([doubled.server.links.length, doubled.server.ends]).toEqual([2, ['50000 1006']])
  })

  it('refuses an address nobody listens at any more', async () => {
    const { clock, network } = startNetwork()
    network.listen('ws://gone/', () => expect.unreachable())()
    const ends: number[] = []
    network.dial('ws://gone/', [], { onMessage: () => {}, onClose: (code) => ends.push(code) })
    await clock.advance(0)
    expect(ends).toEqual([1006])
  })

  it('takes a dial to its listener whatever the query says', async () => {
    const { clock, network, server } = startNetwork()
    network.dial(`${url}?resume=1`, [], { onMessage: () => {}, onClose: () => {} })
    await clock.advance(0)
    expect(server.links).toHaveLength(1)
  })

  it('ends with the code of the side that closes', async () => {
    const { clock, server, dial } = startNetwork({ kind: 'open', conditions: { latencyMs: 10 } })
    const client = dial()
    await clock.advance(10)
    client.links[0]?.close(4010, '')
    client.links[0]?.send('late')
    await clock.advance(20)
    expect([server.ends, server.heard, client.ends]).toEqual([['20 4010'], [], ['20 4010']])
  })
})
