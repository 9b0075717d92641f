import assert from 'node:assert/strict'
import { type BrokerCase, roomyHistory } from './broker-under-test.ts'
import { EventInbox } from './event-inbox.ts'

/** Beginnings and ends that are not the usual ones. */
export const lifecycleCases: readonly BrokerCase[] = [
  {
    name: 'does nothing when a channel is unsubscribed that was not subscribed',
    async check({ broker }) {
      broker.unsubscribe('ended')
      broker.unsubscribe('ended')
      const inbox = new EventInbox()
      await broker.subscribe('ended', inbox.receive, roomyHistory)
      await broker.publish('ended', { payloadJson: '1' }, roomyHistory)
      await inbox.until('1')
    },
  },
  {
    name: 'rejects with BrokerUnavailable and delivers nothing once it is closed',
    async check({ broker, otherNode }) {
      const [closed, open] = [new EventInbox(), new EventInbox()]
      await broker.subscribe('ended', closed.receive, roomyHistory)
      await otherNode?.subscribe('ended', open.receive, roomyHistory)
      await broker.close()
      const calls = [
        () => broker.publish('ended', { payloadJson: '1' }, roomyHistory),
        () => broker.subscribe('ended', closed.receive, roomyHistory),
        () => broker.read('ended', {}),
      ]
      for (const call of calls) await assert.rejects(call(), { name: 'BrokerUnavailable' })
      broker.unsubscribe('ended')
      await otherNode?.publish('ended', { payloadJson: '2' }, roomyHistory)
      if (otherNode !== undefined) await open.until('2')
      assert.deepEqual(closed.payloads, [])
    },
  },
]
