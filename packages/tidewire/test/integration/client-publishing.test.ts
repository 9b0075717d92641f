import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Client, connect, type Dial } from '../../src/client/node.ts'
import { webSocketDial } from '../../src/client/web-socket-dial.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { startServer, type TestServer } from '../support/start-server.ts'
import { connectOver, ways } from '../support/ways.ts'

const quick = { minDelayMs: 1, maxDelayMs: 20 }

/** The payloads of a channel as a reader that has come late finds them. */
async function kept({ url }: TestServer, channel: string): Promise<readonly unknown[]> {
  await using reader = connect(url)
  const { events } = await reader.channel(channel).history()
  return events.map(({ payload }) => payload)
}

/** A stream of what is published from now on. */
async function listenTo(client: Client, channel: string) {
  await client.channel(channel).subscribe(() => undefined).ready
  return client.channel(channel).events()
}

/** Keeps what a client sends. */
function recordingDial(sent: string[]): Dial {
  const dial = webSocketDial((url, protocols) => new WebSocket(url, [...protocols]))
  return (url, protocols, handlers) => {
    const link = dial(url, protocols, handlers)
    return {
      send(text) {
        sent.push(text)
        link.send(text)
      },
      close: (code, reason) => link.close(code, reason),
    }
  }
}

describe.each(ways)('P-023 a publish of the client, over %s', (way) => {
  test('enters once when the connection breaks between it and its ack', async () => {
    await using server = await startServer()
    await using proxy = await startLossyProxy(server.port)
    await using witness = connectOver(way, server.url)
    await using client = connectOver(way, proxy.url, quick)
    const seen = await listenTo(witness, 'log:a')
    await client.channel('log:a').publish('before')
    const ackLost = proxy.silence('server')
    const published = client.channel('log:a').publish('once')
    // It is in the channel, and the client was never told.
    expect([await seen.next(), await seen.next()]).toMatchObject([
      { value: { payload: 'before' } },
      { value: { payload: 'once', offset: 2 } },
    ])
    await ackLost
    proxy.cut()
    expect(await published).toMatchObject({ duplicate: true, position: { offset: 2 } })
    expect(await kept(server, 'log:a')).toEqual(['before', 'once'])
  })

  test('enters when the connection breaks before the server has read it', async () => {
    await using server = await startServer()
    await using proxy = await startLossyProxy(server.port)
    await using client = connectOver(way, proxy.url, quick)
    await client.channel('log:a').publish('before')
    const lost = proxy.silence('client')
    const published = client.channel('log:a').publish('once')
    await lost
    proxy.cut()
    expect(await published).toMatchObject({ duplicate: false, position: { offset: 2 } })
    expect(await kept(server, 'log:a')).toEqual(['before', 'once'])
  })

  test('keeps its order over a break', async () => {
    await using server = await startServer()
    await using proxy = await startLossyProxy(server.port)
    await using witness = connectOver(way, server.url)
    await using client = connectOver(way, proxy.url, quick)
    const seen = await listenTo(witness, 'log:a')
    const channel = client.channel('log:a')
    await channel.publish(0)
    const published = [1, 2, 3].map((n) => channel.publish(n))
    // With its ack the two that wait for it leave together.
    await published[0]
    const acksLost = proxy.silence('server')
    for (const _ of [0, 1, 2, 3]) await seen.next()
    await acksLost
    proxy.cut()
    published.push(channel.publish(4), channel.publish(5))
    const results = await Promise.all(published)
    expect(results.map(({ position }) => position?.offset)).toEqual([2, 3, 4, 5, 6])
    expect(results.map(({ duplicate }) => duplicate)).toEqual([false, true, true, false, false])
    expect(await kept(server, 'log:a')).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('with echo: false does not come back, and what follows it is no hole', async () => {
    await using server = await startServer()
    await using client = connectOver(way, server.url)
    await using other = connect(server.url)
    const channel = client.channel('log:a')
    const seen = await listenTo(client, 'log:a')
    await channel.publish('mine 1', { echo: false })
    await channel.publish('mine 2', { echo: false })
    await other.channel('log:a').publish('theirs')
    expect(await seen.next()).toMatchObject({ value: { payload: 'theirs', offset: 3 } })
    await channel.publish('mine 3', { echo: false })
    await channel.publish('mine 4')
    expect(await seen.next()).toMatchObject({ value: { payload: 'mine 4', offset: 5 } })
    expect(await kept(server, 'log:a')).toEqual(['mine 1', 'mine 2', 'theirs', 'mine 3', 'mine 4'])
  })
})

test('P-023 what a client has left out by echo: false it does not ask for again', async () => {
  await using server = await startServer()
  const sent: string[] = []
  await using client = connect(server.url, { dial: recordingDial(sent) })
  const channel = client.channel('log:a')
  const seen = await listenTo(client, 'log:a')
  await channel.publish('mine 1', { echo: false })
  await channel.publish('mine 2')
  expect(await seen.next()).toMatchObject({ value: { payload: 'mine 2', offset: 2 } })
  expect(sent.filter((text) => text.includes('subscribe'))).toHaveLength(1)
})
