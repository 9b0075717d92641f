import assert from 'node:assert/strict'
import type { Broker } from '../../core/ports/broker.ts'
import type { Position } from '../../protocol/position.ts'
import { type BrokerCase, publishNumbers, roomyHistory } from './broker-under-test.ts'
import { EventInbox } from './event-inbox.ts'

/** Positions outlive entries, and tell when a log was lost. */
export const positionCases: readonly BrokerCase[] = [
  {
    name: 'means one epoch by publish, subscribe and read',
    async check({ broker, otherNode = broker }) {
      const { position } = await broker.publish('quiet', { payloadJson: '1' }, roomyHistory)
      const start = await otherNode.subscribe('quiet', new EventInbox().receive, roomyHistory)
      const page = await otherNode.read('quiet', {})
      assert.deepEqual([start, page.epoch], [position, position?.epoch])
    },
  },
  {
    name: 'keeps epoch and newest offset when every entry has left',
    async check({ broker, passTime }) {
      const history = { ...roomyHistory, maxAgeMs: 300 }
      await publishNumbers(broker, 'quiet', { count: 3, history })
      const before = await broker.read('quiet', {})
      await passTime(400)
      const after = await broker.read('quiet', {})
      assert.deepEqual(after, {
        epoch: before.epoch,
        topOffset: 3,
        trimmedOffset: 3,
        events: [],
      })
      const start = await broker.subscribe('quiet', new EventInbox().receive, history)
      const next = await broker.publish('quiet', { payloadJson: '4' }, history)
      assert.deepEqual(start, { epoch: before.epoch, offset: 3 })
      assert.deepEqual(next.position, { epoch: before.epoch, offset: 4 })
    },
  },
  {
    name: 'begins a new epoch when the log was lost',
    async check({ broker, loseLogs }) {
      await publishNumbers(broker, 'quiet', { count: 3 })
      const { epoch } = await broker.read('quiet', {})
      const fresh = await loseLogs()
      const seen = await positionsOf(fresh, 'quiet')
      assert.ok(
        seen.every((position) => position.epoch !== epoch),
        'the epoch of a log that was lost came back',
      )
    },
  },
  {
    name: 'keeps its epoch as long as nothing is lost',
    async check({ broker, passTime }) {
      await publishNumbers(broker, 'quiet', { count: 1 })
      const [before] = await positionsOf(broker, 'quiet')
      await passTime(300)
      const after = await positionsOf(broker, 'quiet')
      assert.ok(after.every((position) => position.epoch === before?.epoch))
    },
  },
]

/** The positions a channel is told to have, one from each call that tells. */
async function positionsOf(broker: Broker, channel: string): Promise<readonly Position[]> {
  const { epoch, topOffset } = await broker.read(channel, {})
  const start = await broker.subscribe(channel, new EventInbox().receive, roomyHistory)
  broker.unsubscribe(channel)
  const { position } = await broker.publish(channel, { payloadJson: '"new"' }, roomyHistory)
  assert.ok(start !== null && position !== null, 'a channel with history has positions')
  return [{ epoch, offset: topOffset }, start, position]
}
