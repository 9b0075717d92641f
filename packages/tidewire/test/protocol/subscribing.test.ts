import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** PROTOCOL.md P-020 to P-022, without positions; see recovering.test.ts for those. */
describe('subscribing', () => {
  test('P-020 the ack names where delivery starts', async () => {
    await using client = await connectRaw(server.url)
    const { position } = await server.tide.publish('log:start', 'before')
    const ack = await client.ask({ type: 'subscribe', id: 'first', channel: 'log:start' })
    expect(ack).toEqual({ type: 'ack', id: 'first', channel: 'log:start', position })
    await server.tide.publish('log:start', 'after')
    expect(await client.next('message')).toMatchObject({ offset: 2, payload: 'after' })
  })

  test('P-020 position is null for a channel without history', async () => {
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    expect(ack).toEqual({ type: 'ack', id: 1, channel: 'room:a', position: null })
  })

  test('P-020 a channel nobody has published to starts before its first event', async () => {
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'log:new' })
    expect(ack).toMatchObject({ position: { epoch: expect.any(String), offset: 0 } })
    await server.tide.publish('log:new', 'first')
    expect(await client.next('message')).toMatchObject({ offset: 1, payload: 'first' })
  })

  test.each([
    ['fewer than are kept', 2, [2, 3]],
    ['more than are kept', 50, [1, 2, 3]],
    ['none', 0, []],
  ])('P-020 with last, %s: those come first', async (_, last, expected) => {
    const channel = `log:last-${last}`
    for (const payload of [1, 2, 3]) await server.tide.publish(channel, payload)
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'subscribe', id: 1, channel, last })
    expect(ack).toMatchObject({ position: { offset: 3 - expected.length } })
    expect(ack).not.toHaveProperty('recovered')
    if (expected.length > 0) {
      const batch = await client.next('batch')
      expect(batch.events.map(({ offset }) => offset)).toEqual(expected)
    }
    await server.tide.publish(channel, 4)
    expect(await client.next('message')).toMatchObject({ offset: 4 })
  })

  test('P-020 last on a channel without history gives nothing', async () => {
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'subscribe', id: 1, channel: 'room:last', last: 5 })
    expect(ack).toMatchObject({ type: 'ack', position: null })
    await client.expectSilence()
  })

  test('P-020 a request and its subscription belong to one connection only', async () => {
    await using one = await connectRaw(server.url)
    await using other = await connectRaw(server.url)
    await one.ask({ type: 'subscribe', id: 1, channel: 'room:own' })
    await server.tide.publish('room:own', 'hello')
    await one.next('message')
    await other.expectSilence()
  })

  test('P-021 the ack comes before the first event, while events keep coming', async () => {
    await using writer = await connectRaw(server.url)
    await using reader = await connectRaw(server.url)
    for (let count = 0; count < 50; count += 1) {
      writer.send({ type: 'publish', channel: 'log:busy', payload: count })
      if (count === 25) reader.send({ type: 'subscribe', id: 1, channel: 'log:busy', last: 5 })
    }
    expect(await reader.next()).toMatchObject({ type: 'ack', id: 1 })
    expect(['message', 'batch']).toContain((await reader.next()).type)
  })

  test('P-021 no event comes after the ack to unsubscribe', async () => {
    await using writer = await connectRaw(server.url)
    await using reader = await connectRaw(server.url)
    await reader.ask({ type: 'subscribe', id: 1, channel: 'room:leaving' })
    for (let count = 0; count < 50; count += 1) {
      writer.send({ type: 'publish', id: count, channel: 'room:leaving', payload: count })
      if (count === 25) reader.send({ type: 'unsubscribe', id: 2, channel: 'room:leaving' })
    }
    for (let count = 0; count < 50; count += 1) await writer.next('ack')
    let frame = await reader.next()
    while (frame.type !== 'ack') frame = await reader.next()
    expect(frame).toMatchObject({ id: 2 })
    await reader.expectSilence()
  })

  test('P-022 unsubscribe is acknowledged and ends delivery to this connection alone', async () => {
    await using leaver = await connectRaw(server.url)
    await using stayer = await connectRaw(server.url)
    const subscribe = { type: 'subscribe', id: 1, channel: 'room:two' }
    await leaver.ask(subscribe)
    await stayer.ask(subscribe)
    const unsubscribe = { type: 'unsubscribe', id: 2, channel: 'room:two' }
    expect(await leaver.ask(unsubscribe)).toEqual({ type: 'ack', id: 2, channel: 'room:two' })
    await server.tide.publish('room:two', 'still here?')
    await stayer.next('message')
    await leaver.expectSilence()
  })

  test('P-022 a channel can be subscribed to again', async () => {
    await using client = await connectRaw(server.url)
    for (let id = 0; id < 20; id += 2) {
      client.send([
        { type: 'subscribe', id, channel: 'log:again' },
        { type: 'unsubscribe', id: id + 1, channel: 'log:again' },
      ])
    }
    // An unsubscribe may overtake its subscribe; then that one is answered NOT_SUBSCRIBED.
    const answers = new Set<unknown>()
    while (answers.size < 20) {
      const answer = await client.next()
      if ('id' in answer) answers.add(answer.id)
    }
    expect(answers.size).toBe(20)
    await client.ask({ type: 'subscribe', id: 'last', channel: 'log:again' })
    await server.tide.publish('log:again', 'once')
    expect(await client.next('message')).toMatchObject({ payload: 'once' })
    await client.expectSilence()
  })

  test('P-022 unsubscribing while the subscribe is still answered: one answer each, no event', async () => {
    await using client = await connectRaw(server.url)
    client.send([
      { type: 'subscribe', id: 1, channel: 'log:hasty', last: 10 },
      { type: 'unsubscribe', id: 2, channel: 'log:hasty' },
    ])
    const answers = [await client.next(), await client.next()]
    expect(answers).toContainEqual({ type: 'ack', id: 2, channel: 'log:hasty' })
    expect(answers).toContainEqual(
      expect.objectContaining({ type: 'error', id: 1, code: 'NOT_SUBSCRIBED' }),
    )
    await server.tide.publish('log:hasty', 'late')
    await client.expectSilence()
  })
})
