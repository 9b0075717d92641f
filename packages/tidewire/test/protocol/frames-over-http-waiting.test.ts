import { describe, expect, test } from 'vitest'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import { FrameAnswers } from '../../src/transports/http/frame-answers.ts'
import { askFrames, openFrames } from '../support/frame-request.ts'
import { bearer, bearerUsers, startHttpServer } from '../support/http-server.ts'
import { openChannels } from '../support/open-channels.ts'
import { until } from '../support/until.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

const second = 1_000
const subscribe = (channel: string, fields: object = {}) => ({
  ...{ type: 'subscribe', id: 1, channel, ...fields },
})

/** PROTOCOL.md P-074: a request that waits for more than its answers; its times on virtual time. */
describe('a request of frames that waits', () => {
  test('P-074 it waits for the next event, and gathers what comes with it', async () => {
    const { hub, clock, ask } = virtual()
    const answer = ask([subscribe('log:a')], 20 * second)
    await clock.advance(19 * second)
    expect(answer()).toBeNull()
    await hub.publish('log:a', 1)
    await clock.advance(0)
    expect(answer()).toBeNull()
    await hub.publish('log:a', 2)
    await clock.advance(25)
    expect(typesIn(answer())).toEqual(['connected', 'ack', 'message', 'message'])
  })

  test('P-074 it comes back at once with what its client has missed', async () => {
    const { hub, clock, ask } = virtual()
    const first = await hub.publish('log:a', 1)
    await hub.publish('log:a', 2)
    const since = first.position
    const answer = ask([subscribe('log:a', { since })], 20 * second)
    await clock.advance(25)
    expect(answer()).toMatchObject([
      { type: 'connected' },
      { type: 'ack', recovered: true, top: 2 },
      { type: 'message', offset: 2, payload: 2 },
    ])
  })

  test('P-074 it comes back at once when not all can be had that its client has missed', async () => {
    const { clock, ask } = virtual()
    const since = { epoch: 'another', offset: 1 }
    const answer = ask([subscribe('log:a', { since })], 20 * second)
    await clock.advance(25)
    expect(answer()?.at(-1)).toMatchObject({ recovered: false, reason: 'EPOCH_CHANGED' })
  })

  test.each([
    ['a refusal', subscribe('nowhere'), { id: 1, code: 'FORBIDDEN' }],
    ['the result of a call', { type: 'call', id: 1, method: 'x' }, { code: 'UNKNOWN_METHOD' }],
  ])('P-074 it comes back at once with %s', async (_, frame, expected) => {
    const { clock, ask } = virtual()
    const answer = ask([frame], 20 * second)
    await clock.advance(25)
    expect(answer()?.at(-1)).toMatchObject(expected)
  })

  test('P-074 nothing that comes is no reason to wait for longer than was asked for', async () => {
    const { clock, ask } = virtual()
    const answer = ask([subscribe('log:a')], 20 * second)
    await clock.advance(20 * second - 1)
    expect(answer()).toBeNull()
    await clock.advance(1)
    expect(typesIn(answer())).toEqual(['connected', 'ack'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('P-074 it waits with no request at all, and is told why it may not', async () => {
    const { clock, ask } = virtual({
      auth: { mode: 'required' },
      limits: { authTimeoutMs: second },
    })
    const answer = ask([], 20 * second)
    await clock.advance(second)
    expect(answer()).toMatchObject([{ type: 'connected' }, { type: 'close', code: 4004 }])
  })

  test('P-074 every request has its answer first, also after the time to wait', async () => {
    const { clock, ask, permission } = virtual()
    const answer = ask([subscribe('late')], 2 * second)
    await clock.advance(4 * second)
    expect(answer()).toBeNull()
    permission.allow(true)
    await clock.advance(0)
    expect(typesIn(answer())).toEqual(['connected', 'ack'])
  })

  test('P-074 when all of it is there, nothing is waited for', async () => {
    const { hub, clock, ask } = virtual()
    const payload = 'x'.repeat(60_000)
    for (let count = 0; count < 3; count += 1) await hub.publish('log:a', payload)
    const answer = ask([subscribe('log:a', { last: 3 })], 20 * second)
    // Not even gathered: it is enough for one answer.
    await clock.advance(0)
    expect(typesIn(answer())).toEqual(['connected', 'ack', ...['message', 'message', 'message']])
  })

  test('P-061 when its server leaves it comes back in its slot, and no later than it would have', async () => {
    const { hub, clock, ask } = virtual()
    const [first, early, late] = [60, 18, 60].map((waits) => {
      return ask([subscribe('log:a')], waits * second)
    })
    const told = ['connected', 'ack', 'drain']
    const heard = () => [first, early, late].map((answer) => typesIn(answer?.() ?? null))
    await clock.advance(15 * second)
    // Their slots begin now, in 4 s and in 8 s.
    void hub.drain({ overMs: 12 * second, closeAfterMs: 60 * second })
    await clock.advance(0)
    expect(heard()).toEqual([told, undefined, undefined])
    await clock.advance(3 * second)
    expect(heard()).toEqual([told, told, undefined])
    await clock.advance(5 * second - 1)
    expect(heard()).toEqual([told, told, undefined])
    await clock.advance(1)
    expect(heard()).toEqual([told, told, told])
    expect(hub.connectionCount).toBe(0)
  })

  test('P-013 it comes back in time for a new token, and no later than it would have', async () => {
    const { clock, ask } = virtual({
      auth: { verify: () => ({ userId: 'ada', expiresAt: clock.now() + 40 * second }) },
    })
    const auth = { type: 'auth', token: 'any' }
    const late = ask([auth], 60 * second)
    const early = ask([auth], 12 * second)
    await clock.advance(12 * second)
    expect(typesIn(early())).toEqual(['connected', 'auth_ack', 'auth_expiring'])
    await clock.advance(13 * second - 1)
    expect(late()).toBeNull()
    await clock.advance(1)
    expect(typesIn(late())).toEqual(['connected', 'auth_ack', 'auth_expiring'])
  })

  test('P-074 how the server ends it is its last frame', async () => {
    const { hub, clock, ask } = virtual({ auth: { verify: () => ({ userId: 'ada' }) } })
    const answer = ask([{ type: 'auth', token: 'any' }, subscribe('log:a')], 20 * second)
    await clock.advance(0)
    expect(hub.disconnect({ userId: 'ada' })).toBe(1)
    expect(answer()?.at(-1)).toMatchObject({ type: 'close', code: 4006 })
    await clock.advance(0)
    expect([hub.connectionCount, clock.pendingTimers]).toEqual([0, 0])
  })

  test('P-074 polls one after the other miss nothing of what is published between them', async () => {
    await using server = await startHttpServer()
    const { position } = await server.tide.publish('log:chain', 0)
    const publishing = (async () => {
      for (let number = 1; number <= 50; number += 1) {
        await server.tide.publish('log:chain', number)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const seen: unknown[] = []
    while (seen.length < 50) {
      const since = { epoch: position?.epoch, offset: seen.length + 1 }
      const options = { query: '?waitMs=20000&resume=1' }
      const { frames } = await askFrames(server.port, [subscribe('log:chain', { since })], options)
      expect(frames[1]).toMatchObject({ type: 'ack', recovered: true })
      for (const { events, ...event } of frames.slice(2)) {
        seen.push(...(events ?? [event]).map((one: { payload: unknown }) => one.payload))
      }
    }
    await publishing
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })

  test('P-074 a client that leaves takes its subscriptions with it', async () => {
    await using server = await startHttpServer()
    const leaving = new AbortController()
    const options = { query: '?waitMs=60000', signal: leaving.signal }
    const asking = askFrames(server.port, [subscribe('log:left')], options)
    await until(() => server.tide.connectionCount === 1)
    leaving.abort()
    await expect(asking).rejects.toThrow()
    await until(() => server.tide.connectionCount === 0)
    await until(() => /^tidewire_channels 0$/m.test(server.tide.metrics()))
  })

  test('P-074 while a node leaves, who comes to stay is sent elsewhere, and who asks is answered', async () => {
    await using server = await startHttpServer({ auth: bearerUsers })
    const publish = { type: 'publish', id: 1, channel: 'log:a', payload: 1 }
    await using stream = await openFrames(server.port, [subscribe('log:a')])
    await stream.begin()
    const drained = server.tide.drain({ overMs: 1, graceMs: 60_000 })
    expect(await stream.frame('drain')).toMatchObject({ closeAfterMs: expect.any(Number) })
    const to = (query: string, headers = {}) =>
      askFrames(server.port, [publish], { query, headers: { ...bearer('ada'), ...headers } })
    const accept = { Accept: 'text/event-stream' }
    for (const refused of [
      await to('', accept),
      await to('?resume=1', accept),
      await to('?waitMs=1'),
      await to('?waitMs=1&resume=0'),
    ]) {
      expect([refused.status, refused.json().code]).toEqual([503, 'DRAINING'])
      expect(refused.headers).toMatchObject({ 'retry-after': '1', connection: 'close' })
    }
    for (const [query, told] of [
      ['', []],
      ['?waitMs=1&resume=1', ['drain']],
    ] as const) {
      const answered = await to(query)
      expect(typesIn(answered.frames)).toEqual(['connected', ...told, 'ack'])
      expect(answered.headers['connection']).toBe('close')
    }
    expect(await stream.payloads(2)).toEqual([1, 1])
    const closed = server.tide.close()
    expect(await stream.frame('close')).toMatchObject({ code: expect.any(Number) })
    await Promise.all([drained, closed])
  })

  test.each(['-1', '1.5', 'soon', '', '1e3'])('P-074 waitMs=%s is told to be wrong', async (ms) => {
    await using server = await startHttpServer()
    const reply = await askFrames(server.port, [], { query: `?waitMs=${ms}` })
    expect([reply.status, reply.json().code]).toEqual([400, 'INVALID_FRAME'])
  })
})

/** A hub on virtual time, and requests to it. */
function virtual(options: ConstructorParameters<typeof VirtualHub>[0] = {}) {
  const permission = { allow: (_isAllowed: boolean) => {} }
  const asked = new Promise<boolean>((resolve) => {
    permission.allow = resolve
  })
  const late = { subscribe: 'anyone', canSubscribe: () => asked } as const
  const channels = { ...openChannels, late }
  const { hub, clock } = new VirtualHub({ rules: new ChannelRules(channels), ...options })
  return {
    hub,
    clock,
    permission,
    /** Asks; the answer is null as long as there is none. */
    ask(messages: readonly object[], waitMs: number): () => readonly Heard[] | null {
      let answer: readonly Heard[] | null = null
      const request = {
        messages: messages.map((message) => JSON.stringify(message)),
        requests: messages.length,
        waitMs,
        caller: { remoteAddress: '127.0.0.1' },
        accept: hub.accept,
        clock,
        wheel: clock,
      }
      new FrameAnswers(request, (frames) => {
        answer = frames.map((frame) => JSON.parse(frame))
      }).start()
      return () => answer
    },
  }
}

type Heard = ServerFrame | { readonly type: 'close'; readonly code: number }

function typesIn(frames: readonly Heard[] | null): readonly string[] | undefined {
  return frames?.map(({ type }) => type)
}
