import assert from 'node:assert/strict'
import { type BrokerCase, numbers, publishNumbers, roomyHistory } from './broker-under-test.ts'
import { EventInbox } from './event-inbox.ts'

/** One order a channel: numbered without holes, the same for everybody. */
export const orderCases: readonly BrokerCase[] = [
  {
    name: 'numbers the events of a channel 1, 2, 3, … in one epoch',
    async check({ broker }) {
      const positions = []
      for (const payloadJson of ['"a"', '"b"', '"c"']) {
        const { position } = await broker.publish('order', { payloadJson }, roomyHistory)
        positions.push(position)
      }
      const epoch = positions[0]?.epoch
      assert.match(String(epoch), /^[A-Za-z0-9_-]{1,64}$/)
      assert.deepEqual(
        positions,
        [1, 2, 3].map((offset) => ({ epoch, offset })),
      )
    },
  },
  {
    name: 'numbers every channel by itself',
    async check({ broker }) {
      await publishNumbers(broker, 'one', { count: 3 })
      const published = await broker.publish('other', { payloadJson: '1' }, roomyHistory)
      assert.equal(published.position?.offset, 1)
    },
  },
  {
    name: 'gives no offset twice and leaves none out, however many publish at once',
    async check({ broker, otherNode = broker }) {
      const published = await Promise.all(
        numbers(1, 60).map((number) => {
          const publisher = number % 2 === 0 ? broker : otherNode
          return publisher.publish('order', { payloadJson: String(number) }, roomyHistory)
        }),
      )
      const offsets = published.map(({ position }) => position?.offset ?? 0)
      assert.deepEqual(
        offsets.toSorted((one, two) => one - two),
        numbers(1, 60),
      )
      const { events } = await broker.read('order', {})
      for (const [index, offset] of offsets.entries()) {
        assert.equal(events[offset - 1]?.payloadJson, String(index + 1))
      }
    },
  },
  {
    name: 'numbers what one node publishes in the order it was published, answered or not',
    async check({ broker }) {
      const published = await Promise.all(
        numbers(1, 60).map((number) =>
          broker.publish('order', { payloadJson: String(number) }, roomyHistory),
        ),
      )
      assert.deepEqual(
        published.map(({ position }) => position?.offset),
        numbers(1, 60),
      )
    },
  },
  {
    name: 'delivers in the order of the offsets, however many publish at once',
    async check({ broker, otherNode = broker }) {
      const inbox = new EventInbox()
      await broker.subscribe('order', inbox.receive, roomyHistory)
      await Promise.all(
        numbers(1, 60).map((number) => {
          const publisher = number % 2 === 0 ? broker : otherNode
          return publisher.publish('order', { payloadJson: String(number) }, roomyHistory)
        }),
      )
      await broker.publish('order', { payloadJson: '"last"' }, roomyHistory)
      await inbox.until('"last"')
      assert.deepEqual(inbox.offsets, numbers(1, 61))
    },
  },
  {
    name: 'delivers what history keeps, and both as it was published',
    async check({ broker }) {
      const inbox = new EventInbox()
      await broker.subscribe('order', inbox.receive, roomyHistory)
      const published = await broker.publish(
        'order',
        {
          payloadJson: '{"text":"é \\"😀\\"","__proto__":{"n":1}}',
          from: 'Zoë',
          exceptLinkId: 'c1',
        },
        roomyHistory,
      )
      await broker.publish('order', { payloadJson: 'null' }, roomyHistory)
      await inbox.until('null')
      const [full, bare] = inbox.events
      assert.ok(Number.isSafeInteger(full?.time) && Number.isSafeInteger(bare?.time))
      assert.deepEqual(full, {
        position: published.position,
        payloadJson: '{"text":"é \\"😀\\"","__proto__":{"n":1}}',
        from: 'Zoë',
        exceptLinkId: 'c1',
        time: full?.time,
      })
      assert.deepEqual(
        [bare?.payloadJson, bare?.from, bare?.exceptLinkId],
        ['null', undefined, undefined],
      )
      assert.deepEqual((await broker.read('order', {})).events, inbox.events)
    },
  },
]
