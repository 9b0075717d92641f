import assert from 'node:assert/strict'
import { type BrokerCase, numbers, roomyHistory } from './broker-under-test.ts'
import { EventInbox } from './event-inbox.ts'

/** A publish with a key enters its channel once within the window. */
export const dedupeCases: readonly BrokerCase[] = [
  {
    name: 'stores and delivers a key once and answers with the first position',
    async check({ broker, otherNode = broker }) {
      const inbox = new EventInbox()
      await broker.subscribe('once', inbox.receive, roomyHistory)
      const first = await broker.publish('once', { payloadJson: '1', key: 'k' }, roomyHistory)
      await broker.publish('once', { payloadJson: '2' }, roomyHistory)
      const again = await otherNode.publish('once', { payloadJson: '1', key: 'k' }, roomyHistory)
      await broker.publish('once', { payloadJson: '"last"' }, roomyHistory)
      await inbox.until('"last"')
      assert.equal(first.duplicate, false)
      assert.deepEqual(again, { position: first.position, duplicate: true })
      assert.deepEqual(inbox.payloads, ['1', '2', '"last"'])
    },
  },
  {
    name: 'tells when a key comes back with another payload, and stores nothing',
    async check({ broker, otherNode = broker }) {
      const publish = (payloadJson: string) =>
        otherNode.publish('once', { payloadJson, key: 'k' }, roomyHistory)
      const first = await broker.publish('once', { payloadJson: '"a"', key: 'k' }, roomyHistory)
      const { position } = first
      assert.deepEqual(await publish('"b"'), { position, duplicate: true, conflict: true })
      assert.deepEqual(await publish('"a"'), { position, duplicate: true })
      assert.equal((await broker.read('once', {})).topOffset, 1)
    },
  },
  {
    name: 'knows a repetition by what was sent, where a schema has made another payload of it',
    async check({ broker, otherNode = broker }) {
      const publish = (sentJson: string, madeAt: number) =>
        otherNode.publish('once', { payloadJson: String(madeAt), sentJson, key: 'k' }, roomyHistory)
      const { position } = await publish('"a"', 1)
      assert.deepEqual(await publish('"a"', 2), { position, duplicate: true })
      assert.deepEqual(await publish('"b"', 1), { position, duplicate: true, conflict: true })
      const { events } = await broker.read('once', {})
      assert.deepEqual(
        events.map(({ payloadJson }) => payloadJson),
        ['1'],
      )
    },
  },
  {
    name: 'stores a key once, however many publish it at once',
    async check({ broker, otherNode = broker }) {
      const published = await Promise.all(
        numbers(1, 20).map((number) => {
          const publisher = number % 2 === 0 ? broker : otherNode
          const event = { payloadJson: String(number), key: 'k' }
          return publisher.publish('once', event, roomyHistory)
        }),
      )
      assert.equal(published.filter(({ duplicate }) => !duplicate).length, 1)
      assert.ok(published.every(({ position }) => position?.offset === 1))
      assert.equal((await broker.read('once', {})).topOffset, 1)
    },
  },
  {
    name: 'keeps the keys of channels, and keys that look alike, apart',
    async check({ broker }) {
      const publish = (channel: string, key: string) =>
        broker.publish(channel, { payloadJson: '1', key }, roomyHistory)
      await publish('a', 'b c')
      for (const [channel, key] of [
        ['b', 'b c'],
        ['a', 'b'],
        ['a', 'B C'],
        ['a', 'b c '],
        ['a:b', 'c'],
        ['a', '__proto__'],
      ] as const) {
        const { duplicate } = await publish(channel, key)
        assert.equal(duplicate, false, `${channel} ${key}`)
      }
    },
  },
  {
    name: 'takes a key again after the window',
    async check({ broker, passTime, dedupeWindowMs }) {
      const publish = () => broker.publish('once', { payloadJson: '1', key: 'k' }, roomyHistory)
      await publish()
      await passTime(dedupeWindowMs / 2)
      assert.equal((await publish()).duplicate, true)
      await passTime(dedupeWindowMs)
      const later = await publish()
      assert.deepEqual([later.duplicate, later.position?.offset], [false, 2])
    },
  },
  {
    name: 'knows a key of which the event has left history',
    async check({ broker }) {
      const history = { ...roomyHistory, maxEntries: 1 }
      const first = await broker.publish('once', { payloadJson: '1', key: 'k' }, history)
      await broker.publish('once', { payloadJson: '2' }, history)
      const again = await broker.publish('once', { payloadJson: '1', key: 'k' }, history)
      assert.deepEqual(again, { position: first.position, duplicate: true })
    },
  },
  {
    name: 'delivers a key once on a channel without history',
    async check({ broker }) {
      const inbox = new EventInbox()
      await broker.subscribe('once', inbox.receive, null)
      await broker.publish('once', { payloadJson: '1', key: 'k' }, null)
      const again = await broker.publish('once', { payloadJson: '1', key: 'k' }, null)
      await broker.publish('once', { payloadJson: '"last"' }, null)
      await inbox.until('"last"')
      assert.deepEqual(again, { position: null, duplicate: true })
      assert.deepEqual(inbox.payloads, ['1', '"last"'])
    },
  },
]
