import assert from 'node:assert/strict'
import { type BrokerCase, numbers, publishNumbers, roomyHistory } from './broker-under-test.ts'
import { EventInbox } from './event-inbox.ts'

/** Live events: each once, from the position that `subscribe` answered until `unsubscribe`. */
export const deliveryCases: readonly BrokerCase[] = [
  {
    name: 'delivers every event after the position that subscribe answers, each once',
    async check({ broker }) {
      const inbox = new EventInbox()
      await publishNumbers(broker, 'live', { count: 3 })
      const position = await broker.subscribe('live', inbox.receive, roomyHistory)
      await publishNumbers(broker, 'live', { count: 4, from: 4 })
      await inbox.until('7')
      assert.equal(position?.offset, 3)
      assert.deepEqual(inbox.offsets, [4, 5, 6, 7])
      assert.ok(inbox.events.every((event) => event.position?.epoch === position.epoch))
    },
  },
  {
    name: 'answers offset 0 and the coming epoch on a channel nobody published to',
    async check({ broker }) {
      const inbox = new EventInbox()
      const start = await broker.subscribe('live', inbox.receive, roomyHistory)
      const { position } = await broker.publish('live', { payloadJson: '1' }, roomyHistory)
      assert.deepEqual(start, { epoch: position?.epoch, offset: 0 })
      await inbox.until('1')
      assert.deepEqual(inbox.offsets, [1])
    },
  },
  {
    name: 'leaves no hole when subscribe falls among publishes',
    async check({ broker, otherNode = broker }) {
      const inbox = new EventInbox()
      const before = publishNumbers(otherNode, 'live', { count: 30 })
      const subscribed = broker.subscribe('live', inbox.receive, roomyHistory)
      await Promise.all([before, publishNumbers(broker, 'live', { count: 30, from: 31 })])
      const start = (await subscribed)?.offset ?? 0
      await broker.publish('live', { payloadJson: '"last"' }, roomyHistory)
      await inbox.until('"last"')
      assert.deepEqual(inbox.offsets, numbers(start + 1, 61))
    },
  },
  {
    name: 'delivers to every node what any of them publishes',
    async check({ broker, otherNode }) {
      const nodes = otherNode === undefined ? [broker] : [broker, otherNode]
      const inboxes = nodes.map(() => new EventInbox())
      for (const [index, inbox] of inboxes.entries()) {
        await nodes[index]?.subscribe('live', inbox.receive, roomyHistory)
      }
      await publishNumbers(broker, 'live', { count: 2 })
      await publishNumbers(otherNode ?? broker, 'live', { count: 2, from: 3 })
      for (const inbox of inboxes) {
        await inbox.until('4')
        assert.deepEqual(inbox.offsets, [1, 2, 3, 4])
        assert.deepEqual(inbox.events, inboxes[0]?.events)
      }
    },
  },
  {
    name: 'keeps channels apart',
    async check({ broker }) {
      const [one, two] = [new EventInbox(), new EventInbox()]
      await broker.subscribe('one', one.receive, roomyHistory)
      await broker.subscribe('two', two.receive, roomyHistory)
      await broker.publish('one', { payloadJson: '"1"' }, roomyHistory)
      await broker.publish('two', { payloadJson: '"2"' }, roomyHistory)
      await Promise.all([one.until('"1"'), two.until('"2"')])
      assert.deepEqual([one.payloads, two.payloads], [['"1"'], ['"2"']])
    },
  },
  {
    name: 'delivers without positions, and keeps nothing, on a channel without history',
    async check({ broker }) {
      const inbox = new EventInbox()
      assert.equal(await broker.subscribe('live', inbox.receive, null), null)
      const published = await broker.publish('live', { payloadJson: '1' }, null)
      assert.deepEqual(published, { position: null, duplicate: false })
      await publishNumbers(broker, 'live', { count: 2, from: 2, history: null })
      await inbox.until('3')
      assert.deepEqual(inbox.payloads, ['1', '2', '3'])
      assert.ok(inbox.events.every(({ position }) => position === null))
      assert.deepEqual((await broker.read('live', {})).events, [])
    },
  },
  {
    name: 'delivers nothing after unsubscribe, and again after another subscribe',
    async check({ broker }) {
      const [first, second] = [new EventInbox(), new EventInbox()]
      await broker.subscribe('live', first.receive, roomyHistory)
      await publishNumbers(broker, 'live', { count: 1 })
      await first.until('1')
      broker.unsubscribe('live')
      await publishNumbers(broker, 'live', { count: 1, from: 2 })
      const start = await broker.subscribe('live', second.receive, roomyHistory)
      await publishNumbers(broker, 'live', { count: 1, from: 3 })
      await second.until('3')
      assert.equal(start?.offset, 2)
      assert.deepEqual([first.payloads, second.payloads], [['1'], ['3']])
    },
  },
  {
    name: 'tells when events may have been lost on their way, has them, and goes on',
    async check({ broker, otherNode = broker, interrupt }) {
      if (interrupt === undefined) return
      const inbox = new EventInbox()
      const start = await broker.subscribe('live', inbox.receive, roomyHistory)
      const told = new Promise<void>((resolve) => broker.onInterruption?.(resolve))
      await interrupt()
      await publishNumbers(otherNode, 'live', { count: 3 })
      await told
      const { events } = await broker.read('live', { after: start?.offset ?? 0 })
      assert.deepEqual(
        events.map(({ payloadJson }) => payloadJson),
        ['1', '2', '3'],
      )
      await publishNumbers(otherNode, 'live', { count: 1, from: 4 })
      await inbox.until('4')
    },
  },
  {
    name: 'delivers nothing for a subscription that ended before it began',
    async check({ broker }) {
      const [first, second] = [new EventInbox(), new EventInbox()]
      const given = broker.subscribe('live', first.receive, roomyHistory)
      broker.unsubscribe('live')
      await broker.subscribe('live', second.receive, roomyHistory)
      // Whether it resolves or rejects is the engine's affair.
      await given.catch(() => null)
      await publishNumbers(broker, 'live', { count: 1 })
      await second.until('1')
      assert.deepEqual([first.payloads, second.payloads], [[], ['1']])
    },
  },
]
