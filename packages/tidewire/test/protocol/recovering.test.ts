import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Position } from '../../src/protocol/position.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Publishes payloads 1 to `count`; answers with the last position. */
async function fill(channel: string, count: number): Promise<Position> {
  let position: Position | null = null
  for (let payload = 1; payload <= count; payload += 1) {
    position = (await server.tide.publish(channel, payload)).position
  }
  if (position === null) throw new Error(`${channel} keeps no history`)
  return position
}

/** PROTOCOL.md P-020: going on from a position. */
describe('recovering', () => {
  test('P-020 with since, everything after it follows and recovered is true', async () => {
    const { epoch } = await fill('log:since', 5)
    await using client = await connectRaw(server.url)
    const since = { epoch, offset: 2 }
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'log:since', since })
    expect(ack).toEqual({
      type: 'ack',
      id: 1,
      channel: 'log:since',
      position: since,
      recovered: true,
      top: 5,
    })
    const batch = await client.next('batch')
    expect(batch.events.map(({ offset }) => offset)).toEqual([3, 4, 5])
    await server.tide.publish('log:since', 6)
    expect(await client.next('message')).toMatchObject({ offset: 6 })
  })

  test('P-020 what another subscriber keeps in the log is recovered alike', async () => {
    await using present = await connectRaw(server.url)
    await present.ask({ type: 'subscribe', id: 1, channel: 'log:live' })
    const { epoch } = await fill('log:live', 4)
    await using returning = await connectRaw(server.url)
    const since = { epoch, offset: 1 }
    const ack = await returning.ask({ type: 'subscribe', id: 1, channel: 'log:live', since })
    expect(ack).toMatchObject({ recovered: true, position: since })
    const batch = await returning.next('batch')
    expect(batch.events.map(({ payload }) => payload)).toEqual([2, 3, 4])
    await returning.expectSilence()
  })

  test('P-020 since the newest event, nothing was missed', async () => {
    const since = await fill('log:tip', 3)
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'log:tip', since })
    expect(ack).toMatchObject({ recovered: true, position: since })
    await client.expectSilence()
  })

  test('P-020 since the beginning, while everything is kept', async () => {
    const { epoch } = await fill('short:all', 3)
    await using client = await connectRaw(server.url)
    const since = { epoch, offset: 0 }
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'short:all', since })
    expect(ack).toMatchObject({ recovered: true })
    expect(await client.next('batch')).toMatchObject({ count: 3 })
  })

  test('P-020 an event that is not kept any more: HISTORY_TRIMMED, delivery starts at position', async () => {
    const tip = await fill('short:trimmed', 5)
    await using client = await connectRaw(server.url)
    const since = { epoch: tip.epoch, offset: 1 }
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'short:trimmed', since })
    expect(ack).toMatchObject({ recovered: false, reason: 'HISTORY_TRIMMED', position: tip })
    await server.tide.publish('short:trimmed', 6)
    expect(await client.next('message')).toMatchObject({ offset: 6 })
  })

  test('P-020 the oldest position that is still recovered is the one before the oldest kept', async () => {
    const { epoch } = await fill('short:edge', 5)
    await using client = await connectRaw(server.url)
    const since = { epoch, offset: 2 }
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'short:edge', since })
    expect(ack).toMatchObject({ recovered: true })
    expect(await client.next('batch')).toMatchObject({ count: 3 })
  })

  test.each([
    ['another epoch', { epoch: 'another-life', offset: 1 }],
    ['another epoch, far ahead', { epoch: 'another-life', offset: Number.MAX_SAFE_INTEGER }],
  ])('P-020 %s: EPOCH_CHANGED', async (_, since) => {
    const tip = await fill('log:epoch', 2)
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'log:epoch', since })
    expect(ack).toMatchObject({ recovered: false, reason: 'EPOCH_CHANGED', position: tip })
    await client.expectSilence()
  })

  test('P-020 an offset that was never given out: EPOCH_CHANGED', async () => {
    const tip = await fill('log:future', 2)
    await using client = await connectRaw(server.url)
    const since = { epoch: tip.epoch, offset: 3 }
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'log:future', since })
    expect(ack).toMatchObject({ recovered: false, reason: 'EPOCH_CHANGED', position: tip })
  })

  test('P-020 a channel without history: NO_HISTORY', async () => {
    await using client = await connectRaw(server.url)
    const since = { epoch: 'e', offset: 1 }
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'room:a', since })
    expect(ack).toMatchObject({ recovered: false, reason: 'NO_HISTORY', position: null })
  })

  test('P-020 with both, last counts only when since could not be recovered', async () => {
    const { epoch } = await fill('short:both', 5)
    await using client = await connectRaw(server.url)
    const request = { type: 'subscribe', id: 1, channel: 'short:both', last: 2 }
    client.send({ ...request, since: { epoch, offset: 4 } })
    expect(await client.next('ack')).toMatchObject({ recovered: true })
    expect(await client.next('message')).toMatchObject({ offset: 5 })
    await client.ask({ type: 'unsubscribe', id: 2, channel: 'short:both' })
    client.send({ ...request, since: { epoch, offset: 0 } })
    expect(await client.next('ack')).toMatchObject({ recovered: false, position: { offset: 3 } })
    const batch = await client.next('batch')
    expect(batch.events.map(({ offset }) => offset)).toEqual([4, 5])
  })

  test.each([
    ['a negative offset', { epoch: 'e', offset: -1 }],
    ['a fractional offset', { epoch: 'e', offset: 1.5 }],
    ['an offset beyond 2^53', '{"epoch":"e","offset":9007199254740993}'],
    ['an offset that is a text', { epoch: 'e', offset: '1' }],
    ['no epoch', { offset: 1 }],
    ['an empty epoch', { epoch: '', offset: 1 }],
    ['an epoch of 65 characters', { epoch: 'e'.repeat(65), offset: 1 }],
    ['null', null],
    ['a text', '"e:1"'],
  ])('P-020 since with %s: INVALID_FRAME', async (_, since) => {
    await using client = await connectRaw(server.url)
    const value = typeof since === 'string' ? since : JSON.stringify(since)
    const answer = await client.ask(
      `{"type":"subscribe","id":1,"channel":"log:a","since":${value}}`,
    )
    expect(answer).toMatchObject({ type: 'error', id: 1, code: 'INVALID_FRAME' })
  })
})
