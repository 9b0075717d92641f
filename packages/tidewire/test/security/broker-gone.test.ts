import { expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { BrokerUnavailable } from '../../src/core/ports/broker.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import { expectServed } from '../support/healthy-client.ts'
import { payloadsIn } from '../support/payloads-in.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { BreakableBroker } from './harness/breakable-broker.ts'
import { type HubOnSockets, startHub } from './harness/start-hub.ts'

const channel = 'log:outage'

async function start(): Promise<{ broker: BreakableBroker; server: HubOnSockets }> {
  const ports = { clock: systemClock, makeId: randomId }
  const broker = new BreakableBroker(new MemoryBroker(ports))
  return { broker, server: await startHub(broker) }
}

const gone = { type: 'error', code: 'BROKER_UNAVAILABLE' }

test('row 29: while the broker is gone a publish is BROKER_UNAVAILABLE; what was acked before and after is there, once', async () => {
  const { broker, server } = await start()
  await using _ = server
  await using writer = await connectRaw(server.url)
  const publish = (id: number) =>
    writer.ask({ type: 'publish', id, channel, payload: id, key: `k${id}` })
  const acked: number[] = []
  for (let id = 1; id <= 30; id += 1) {
    if (id === 11) broker.breakDown()
    if (id === 21) broker.heal()
    const answer = await publish(id)
    if (answer.type === 'ack') acked.push(id)
    else expect(answer).toMatchObject({ ...gone, id })
  }
  expect(acked).toHaveLength(20)
  // Those that were told of the outage are sent again; those that were acked are not stored twice.
  for (let id = 1; id <= 30; id += 1) expect(await publish(id)).toMatchObject({ type: 'ack', id })
  const stored = await storedPayloads(writer)
  expect(stored.slice(0, 20)).toEqual(acked)
  expect([...stored].sort((one, other) => one - other)).toEqual(range(1, 30))
  await expectServed(server.url)
})

test('row 29: while the broker is gone a subscribe is BROKER_UNAVAILABLE, and the next one recovers all', async () => {
  const { broker, server } = await start()
  await using _ = server
  await using writer = await connectRaw(server.url)
  const first = await server.hub.publish(channel, 0)
  for (const payload of range(1, 5)) await server.hub.publish(channel, payload)
  await using reader = await connectRaw(server.url)
  const subscribe = (id: number) => ({ type: 'subscribe', id, channel, since: first.position })
  broker.breakDown()
  for (const id of [1, 2, 3]) expect(await reader.ask(subscribe(id))).toMatchObject({ ...gone, id })
  expect(await reader.ask({ type: 'history', id: 4, channel })).toMatchObject({ ...gone, id: 4 })
  await expect(server.hub.publish(channel, 'lost')).rejects.toThrow(BrokerUnavailable)
  await reader.expectSilence()
  broker.heal()
  expect(await reader.ask(subscribe(5))).toMatchObject({ type: 'ack', recovered: true, top: 6 })
  await writer.ask({ type: 'publish', id: 1, channel, payload: 6 })
  expect(await payloadsUpTo(reader, 6)).toEqual(range(1, 6))
  await expectServed(server.url)
})

test('row 29: who had subscribed before an outage goes on after it, without a hole and without a word', async () => {
  const { broker, server } = await start()
  await using _ = server
  await using reader = await connectRaw(server.url)
  await reader.ask({ type: 'subscribe', id: 1, channel })
  await server.hub.publish(channel, 1)
  broker.breakDown()
  await expect(server.hub.publish(channel, 'lost')).rejects.toThrow(BrokerUnavailable)
  broker.heal()
  await server.hub.publish(channel, 2)
  expect(await payloadsUpTo(reader, 2)).toEqual([1, 2])
  await reader.expectSilence()
})

test('row 29: a client that leaves during an outage leaves nothing behind', async () => {
  const { broker, server } = await start()
  await using _ = server
  broker.breakDown()
  for (let count = 0; count < 20; count += 1) {
    await using client = await connectRaw(server.url)
    client.send({ type: 'subscribe', id: 1, channel })
    client.send({ type: 'publish', id: 2, channel, payload: 1 })
  }
  await expect.poll(() => server.hub.connectionCount).toBe(0)
  broker.heal()
  await expectServed(server.url)
})

/** Payloads as they arrive, one by one or in batches, until this one. */
async function payloadsUpTo(reader: RawClient, last: number): Promise<unknown[]> {
  const payloads: unknown[] = []
  while (payloads.at(-1) !== last) {
    const frame = await reader.next()
    const arrived = payloadsIn(frame)
    if (arrived.length === 0) throw new Error(`a ${frame.type} came instead`)
    payloads.push(...arrived)
  }
  return payloads
}

async function storedPayloads(client: RawClient): Promise<number[]> {
  const answer = await client.ask({ type: 'history', id: 'h', channel })
  if (answer.type !== 'ack') throw new Error(`no history but ${JSON.stringify(answer)}`)
  return (answer.events ?? []).map(({ payload }) => Number(payload))
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
