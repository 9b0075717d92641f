import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Client } from '../../src/client/node.ts'
import { deferred } from '../support/deferred.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { namedUsers } from '../support/open-channels.ts'
import { startServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'
import { connectOver, ways } from '../support/ways.ts'

const quick = { minDelayMs: 1, maxDelayMs: 20 }

/** Settles with the next state of this kind. */
function entering(client: Client, kind: Client['state']['kind']): Promise<Client['state']> {
  return new Promise((resolve) => {
    const takeAway = client.on('state', (state) => {
      if (state.kind !== kind) return
      takeAway()
      resolve(state)
    })
  })
}

/** Cuts every open connection of a server, as a network would. */
function cutter(http: Server): () => void {
  const sockets = new Set<Socket>()
  http.on('connection', (socket: Socket) => sockets.add(socket))
  return () => {
    for (const socket of sockets) socket.resetAndDestroy()
    sockets.clear()
  }
}

describe.each(ways)('client and server, over %s', (way) => {
  test('an event goes from one client to another', async () => {
    await using server = await startServer()
    await using alice = connectOver(way, server.url)
    await using bob = connectOver(way, server.url)
    const stream = bob.channel('log:talk').events({ last: 10 })
    const first = await alice.channel('log:talk').publish({ text: 'hello' })
    expect(first).toMatchObject({ duplicate: false, position: { offset: 1 } })
    expect(await stream.next()).toMatchObject({ value: { payload: { text: 'hello' }, offset: 1 } })
  })

  test('a token makes a user, and a refusal ends the subscription', async () => {
    await using server = await startServer({ auth: { mode: 'optional', ...namedUsers } })
    await using ada = connectOver(way, server.url, { token: () => 'token of ada' })
    await using nobody = connectOver(way, server.url)
    const stream = ada.channel('members:a').events({ last: 1 })
    await ada.channel('members:a').publish(1)
    expect(ada.state).toMatchObject({ kind: 'online', userId: 'ada' })
    expect(await stream.next()).toMatchObject({ value: { payload: 1, from: 'ada' } })
    const refused = nobody
      .channel('members:a')
      .subscribe(() => undefined, { onEnd: () => undefined })
    await expect(refused.ready).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(nobody.channel('members:a').publish(1)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('a token that is refused twice ends the client', async () => {
    await using server = await startServer({ auth: { mode: 'required', ...namedUsers } })
    let calls = 0
    await using client = connectOver(way, server.url, {
      ...quick,
      token: () => `nonsense ${++calls}`,
    })
    expect(await entering(client, 'closed')).toMatchObject({ code: 4003 })
    expect(calls).toBe(2)
  })

  test('what was published while the connection was down is recovered, in order and once', async () => {
    await using server = await startServer()
    const cut = cutter(server.http)
    await using client = connectOver(way, server.url, { minDelayMs: 200, maxDelayMs: 200 })
    const payloads: unknown[] = []
    const { promise: recovered, resolve: onRecovered } = deferred<unknown>()
    const subscription = client
      .channel('log:r')
      .subscribe(({ payload }) => payloads.push(payload), { onRecovered })
    await subscription.ready
    await client.channel('log:r').publish(1)
    await until(() => payloads.length === 1)
    const lost = entering(client, 'waiting')
    cut()
    await lost
    for (const payload of [2, 3, 4]) await server.tide.publish('log:r', payload)
    expect(await recovered).toEqual({ events: 3 })
    expect(payloads).toEqual([1, 2, 3, 4])
  })

  test('what is not kept any more is told', async () => {
    await using server = await startServer()
    const cut = cutter(server.http)
    await using client = connectOver(way, server.url, { minDelayMs: 200, maxDelayMs: 200 })
    const { promise: gap, resolve: onGap } = deferred<unknown>()
    const stream = client.channel('short:r').events()
    await client.channel('short:r').subscribe(() => undefined, { onGap }).ready
    await client.channel('short:r').publish(1)
    await stream.next()
    const lost = entering(client, 'waiting')
    cut()
    await lost
    for (const payload of [2, 3, 4, 5, 6]) await server.tide.publish('short:r', payload)
    expect(await gap).toMatchObject({ from: { offset: 1 }, reason: 'HISTORY_TRIMMED' })
  })

  test('a server that was started anew is told apart from the old one', async () => {
    await using first = await startServer()
    await using second = await startServer()
    await using proxy = await startLossyProxy(first.port)
    await using client = connectOver(way, proxy.url, quick)
    const { promise: gap, resolve: onGap } = deferred<unknown>()
    await client.channel('log:a').subscribe(() => undefined, { onGap }).ready
    await client.channel('log:a').publish(1)
    proxy.aim(second.port)
    await first.tide.close()
    expect(await gap).toMatchObject({ reason: 'EPOCH_CHANGED', missed: null })
    await until(() => second.tide.connectionCount === 1)
  })
})

test.each(['sse', 'long-poll'] as const)(
  'a client that wants signs of life more often than they come gets them, over %s',
  async (way) => {
    await using server = await startServer()
    let requests = 0
    server.http.on('request', () => {
      requests += 1
    })
    await using client = connectOver(way, server.url, { heartbeatMs: 500 })
    const states: string[] = []
    client.on('state', ({ kind }) => states.push(kind))
    await client.channel('log:a').subscribe(() => undefined).ready
    const before = requests
    await until(() => requests > before + 3)
    expect(states).toEqual(['online'])
  },
)
