import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startClient, startOnline } from '../../test/support/client-rig.ts'
import { LimitingServer, type LimitingServerOptions } from '../../test/support/limiting-server.ts'
import type { ScriptedLink } from '../../test/support/scripted-server.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import type { AnyChannels } from './client.ts'
import { connectIn } from './connect.ts'
import { isTidewireError } from './tidewire-error.ts'

/** Refuses a request of the client for being over the rate. */
function holdBack(link: ScriptedLink, id = 0, retryAfterMs = 1_000): void {
  link.tell({ type: 'error', id, code: 'RATE_LIMITED', message: 'slow down', retryAfterMs })
}

function accept(link: ScriptedLink, id = 0): void {
  link.tell({ type: 'ack', id, channel: 'log:a' })
}

/** Publishes 0, 1, 2, … before the first hello, and takes the ids they were sent with. */
function publish(count: number) {
  const rig = startClient()
  const published = Array.from({ length: count }, (_, n) => rig.client.channel('log:a').publish(n))
  for (const one of published) one.catch(() => undefined)
  rig.link.greet()
  const ids = rig.link.takeAll().map(({ id }) => id)
  return { ...rig, link: rig.link, published, ids }
}

function sent(link: ScriptedLink): readonly unknown[] {
  return link.takeAll().map(({ type, payload, method }) => payload ?? method ?? type)
}

describe('P-060 what is over the rate of the server', () => {
  it('is sent again when the server says, with the same key', async () => {
    const { client, clock, link, errors } = startOnline()
    const published = client.channel('log:a').publish('x')
    const first = link.take('publish')
    holdBack(link, first.id, 2_000)
    // A second without a refusal is what the server takes for a pause.
    await clock.advance(2_999)
    expect(link.takeAll()).toEqual([])
    await clock.advance(1)
    expect(link.take('publish')).toEqual(first)
    accept(link, first.id)
    expect(await published).toEqual({ position: null, duplicate: false })
    expect(errors).toEqual([])
  })

  it('does not come back with all others in the same moment', async () => {
    const { client, clock, link } = startOnline({ random: () => 0.5 })
    client.call('add').catch(() => undefined)
    holdBack(link, link.take('call').id)
    await clock.advance(2_499)
    expect(link.takeAll()).toEqual([])
    await clock.advance(1)
    expect(sent(link)).toEqual(['add'])
  })

  it.each([
    ['call', 'result'],
    ['history', 'ack'],
  ] as const)('may be a %s, too', async (type, answer) => {
    const { client, clock, link } = startOnline()
    const asked = type === 'call' ? client.call('add') : client.channel('log:a').history()
    holdBack(link, link.take(type).id)
    await clock.advance(2_000)
    const { id = 0 } = link.take(type)
    link.tell({ type: answer, id, channel: 'log:a', payload: 3 })
    await asked
  })

  it('may be a subscribe or an unsubscribe, too', async () => {
    const { client, clock, link } = startOnline()
    const subscription = client.channel('log:a').subscribe(() => undefined)
    holdBack(link, link.take('subscribe').id)
    await clock.advance(2_000)
    link.acceptSubscribe()
    await subscription.ready
    subscription.dispose()
    holdBack(link, link.take('unsubscribe').id)
    await clock.advance(2_000)
    expect(sent(link)).toEqual(['unsubscribe'])
  })

  it('keeps back everything else until then', async () => {
    const { client, clock, link, ids } = publish(1)
    holdBack(link, ids[0])
    client.call('now').catch(() => undefined)
    client.channel('log:b').subscribe(() => undefined)
    await clock.advance(1_999)
    expect(link.takeAll()).toEqual([])
    await clock.advance(1)
    expect(sent(link)).toEqual(['subscribe', 0, 'now'])
  })

  it('waits on after every refusal', async () => {
    const { clock, link, ids } = publish(2)
    holdBack(link, ids[0])
    await clock.advance(1_000)
    holdBack(link, ids[1])
    await clock.advance(1_999)
    expect(sent(link)).toEqual([])
    await clock.advance(1)
    expect(sent(link)).toEqual([0, 1])
  })

  it('does not overtake what the server is still busy with', async () => {
    const { clock, link, ids } = publish(3)
    holdBack(link, ids[1])
    holdBack(link, ids[2])
    await clock.advance(20_000)
    expect(sent(link)).toEqual([])
    accept(link, ids[0])
    expect(sent(link)).toEqual([1, 2])
  })

  it('times out like anything else', async () => {
    const { client, clock, link } = startOnline({ requestTimeoutMs: 3_000 })
    const rejection = expect(client.call('add')).rejects.toMatchObject({ code: 'TIMEOUT' })
    const { id } = link.take('call')
    holdBack(link, id, 60_000)
    await clock.advance(3_000)
    await rejection
    holdBack(link, id, 60_000)
    expect(link.takeAll()).toEqual([])
  })

  it('is sent on the next connection at once, if there is another one', async () => {
    const { client, clock, link, server, ids } = publish(2)
    client.channel('log:a').subscribe(() => undefined)
    holdBack(link, ids[1], 60_000)
    link.drop()
    await clock.advance(500)
    server.link.greet()
    expect(sent(server.link)).toEqual(['subscribe', 0, 1])
  })

  it('leaves no timer behind when the client is disposed', () => {
    const { client, clock, link, ids } = publish(1)
    holdBack(link, ids[0])
    client.dispose()
    expect(clock.pendingTimers).toBe(0)
  })

  it('survives a refusal of what was never asked, and one that says not how long', async () => {
    const { client, clock, link, errors } = startOnline()
    link.tellRaw('{"type":"error","id":"?","code":"RATE_LIMITED","message":""}')
    client.call('x').catch(() => undefined)
    expect(link.takeAll()).toEqual([])
    await clock.advance(1_000)
    expect(sent(link)).toEqual(['x'])
    expect(errors).toEqual([])
  })
})

describe('the requests that are with the server', () => {
  it('are 64 at most; the next leaves with the answer to one of them', () => {
    const { client, link } = startOnline()
    for (let n = 0; n < 70; n += 1) client.call(`m${n}`).catch(() => undefined)
    const ids = link.takeAll().map(({ id }) => id)
    expect(ids).toHaveLength(64)
    link.tell({ type: 'result', id: ids[7] ?? 0, payload: null })
    expect(sent(link)).toEqual(['m64'])
    link.tell({ type: 'error', id: ids[8] ?? 0, code: 'FORBIDDEN', message: 'no' })
    expect(sent(link)).toEqual(['m65'])
  })

  it('make room when they time out or are given up', async () => {
    const { client, clock, link } = startOnline({ requestTimeoutMs: 1_000 })
    const controller = new AbortController()
    const calls = Array.from({ length: 63 }, () => client.call('slow'))
    calls.push(client.call('slow', null, { signal: controller.signal }), client.call('next'))
    for (const call of calls) call.catch(() => undefined)
    link.takeAll()
    controller.abort()
    expect(sent(link)).toEqual(['next'])
    await clock.advance(500)
    client.call('last').catch(() => undefined)
    expect(sent(link)).toEqual([])
    await clock.advance(500)
    expect(sent(link)).toEqual(['last'])
  })

  it('are all answered before more is published to their channel, then in one array', () => {
    const { client, link, server } = startOnline()
    for (const n of [0, 1, 2]) {
      client
        .channel('log:a')
        .publish(n)
        .catch(() => undefined)
      client
        .channel('log:b')
        .publish(n)
        .catch(() => undefined)
    }
    const first = link.takeAll()
    expect(first.map(({ channel, payload }) => [channel, payload])).toEqual([
      ['log:a', 0],
      ['log:b', 0],
    ])
    const messagesBefore = server.link.messages
    accept(link, first[1]?.id)
    expect(link.takeAll()).toMatchObject([
      { channel: 'log:b', payload: 1 },
      { channel: 'log:b', payload: 2 },
    ])
    expect(server.link.messages).toBe(messagesBefore + 1)
  })

  it('fit, those of one array together, into the largest message the server takes', () => {
    const { client, link } = startClient()
    for (const size of [400, 400, 400, 2_000, 10]) {
      client
        .channel('log:a')
        .publish('é'.repeat(size / 2))
        .catch(() => undefined)
    }
    link.greet({ limits: { maxPayloadBytes: 1_050, maxChannels: 1 } })
    expect(link.takeAll().map(({ payload }) => String(payload).length)).toEqual([200, 200])
  })

  it('do not keep a subscription behind what the application waits for', () => {
    const { client, link, ids } = publish(70)
    client.channel('log:b').subscribe(() => undefined)
    accept(link, ids[0])
    expect(sent(link)).toEqual(['subscribe'])
  })

  it('keep the order in which a channel is left and joined', () => {
    const { client, link } = startOnline()
    client
      .channel('log:a')
      .subscribe(() => undefined)
      .dispose()
    client.channel('log:a').subscribe(() => undefined)
    expect(sent(link)).toEqual(['subscribe', 'unsubscribe'])
    accept(link, 2)
    expect(sent(link)).toEqual(['subscribe'])
  })

  it('are not asked twice for a subscription that waited when the connection broke', async () => {
    const { client, clock, link, server } = publish(64)
    client.channel('log:b').subscribe(() => undefined)
    client
      .channel('log:c')
      .subscribe(() => undefined)
      .dispose()
    link.drop()
    await clock.advance(500)
    server.link.greet()
    const kinds = sent(server.link).map((kind) => (typeof kind === 'number' ? 'publish' : kind))
    expect(kinds.filter((kind) => kind === 'subscribe')).toHaveLength(1)
    expect(kinds.lastIndexOf('subscribe')).toBeLessThan(kinds.indexOf('publish'))
  })
})

/** A client at a server that limits: a full queue and 128 subscriptions, from before the first hello. */
function startBurst(options: LimitingServerOptions) {
  const clock = new VirtualClock()
  const server = new LimitingServer(clock, options)
  let draws = 0
  const random = () => (++draws % 9_973) / 9_973
  const environment = { clock, dial: server.dial, random, origin: undefined }
  const report = () => undefined
  const client = connectIn<AnyChannels>({ ...environment, report }, 'ws://server.test/ws', {})
  const published = Array.from({ length: 1_024 }, async (_, n) => {
    try {
      await client.channel(`log:${n % 3}`).publish(n)
      return 'entered'
    } catch (error) {
      return isTidewireError(error) ? error.code : 'unknown'
    }
  })
  const subscriptions = Array.from({ length: 128 }, (_, n) =>
    client.channel(`room:${n}`).subscribe(() => undefined),
  )
  return { clock, server, client, published, subscriptions }
}

describe('a full queue at a server with the limits of section 7', () => {
  it('enters in its order, each event once, behind 128 subscriptions', async () => {
    const limits = { framesPerSecond: 100, burst: 200, latencyMs: 20, restMs: 100 }
    const { clock, server, published, subscriptions } = startBurst(limits)
    await clock.advance(30_000)
    await Promise.all(subscriptions.map(({ ready }) => ready))
    expect(new Set(await Promise.all(published))).toEqual(new Set(['entered']))
    const entered = server.log.map(({ payload }) => Number(payload))
    expect(entered).toEqual(inOrderOfChannels(entered))
    expect(entered).toHaveLength(1_024)
    expect(server.handled.slice(0, 128).every(({ type }) => type === 'subscribe')).toBe(true)
    // A fraction of what is sent, where one burst would be refused most of it each time.
    expect(server.refusals).toBeLessThan(1_024)
  })

  it('keeps the order of each channel, and loses nothing but to time, whatever the limits are', async () => {
    const limits = fc.record({
      framesPerSecond: fc.integer({ min: 30, max: 2_000 }),
      burst: fc.integer({ min: 1, max: 300 }),
      latencyMs: fc.integer({ min: 0, max: 400 }),
      restMs: fc.constantFrom(0, 100),
    })
    await fc.assert(
      fc.asyncProperty(limits, async (drawn) => {
        const { clock, server, client, published } = startBurst(drawn)
        await clock.advance(61_000)
        client.dispose()
        const entered = server.log.map(({ payload }) => Number(payload))
        expect(entered).toEqual(inOrderOfChannels(entered))
        const outcomes = await Promise.all(published)
        // What timed out may be in the channel all the same.
        for (const n of outcomes.keys()) {
          const isIn = entered.includes(n)
          expect(isIn ? ['entered', 'TIMEOUT'] : ['TIMEOUT']).toContain(outcomes[n])
        }
      }),
      { numRuns: 8 },
    )
  })
})

/** The same events, each once, those of each channel in the order they were published. */
function inOrderOfChannels(entered: readonly number[]): readonly number[] {
  const ascending = [...new Set(entered)].sort((one, other) => one - other)
  const channels = [0, 1, 2].map((channel) => ascending.filter((n) => n % 3 === channel))
  return entered.map((n) => channels[n % 3]?.shift() ?? Number.NaN)
}
