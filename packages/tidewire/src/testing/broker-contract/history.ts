import assert from 'node:assert/strict'
import type { HistoryQuery } from '../../core/ports/broker.ts'
import { type BrokerCase, numbers, publishNumbers, roomyHistory } from './broker-under-test.ts'

/** What is kept, for how long, and how it is read. */
export const historyCases: readonly BrokerCase[] = [
  {
    name: 'reads what was kept, oldest first',
    async check({ broker, otherNode = broker }) {
      await publishNumbers(broker, 'kept', { count: 5 })
      const page = await otherNode.read('kept', {})
      assert.deepEqual(
        page.events.map(({ payloadJson, position }) => [payloadJson, position]),
        numbers(1, 5).map((offset) => [String(offset), { epoch: page.epoch, offset }]),
      )
      assert.deepEqual([page.topOffset, page.trimmedOffset], [5, 0])
    },
  },
  {
    name: 'reads a channel nobody published to as empty',
    async check({ broker }) {
      const { epoch, ...page } = await broker.read('kept', {})
      assert.match(epoch, /^[A-Za-z0-9_-]{1,64}$/)
      assert.deepEqual(page, { topOffset: 0, trimmedOffset: 0, events: [] })
    },
  },
  {
    name: 'keeps as many entries as asked for, the newest',
    async check({ broker }) {
      const history = { ...roomyHistory, maxEntries: 3 }
      await publishNumbers(broker, 'kept', { count: 8, history })
      const page = await broker.read('kept', {})
      assert.deepEqual(offsetsOf(page), [6, 7, 8])
      assert.deepEqual([page.topOffset, page.trimmedOffset], [8, 5])
    },
  },
  {
    name: 'keeps as many bytes as asked for, counted as UTF-8',
    async check({ broker }) {
      // 22 bytes each, in 12 characters.
      const payloadJson = `"${'é'.repeat(10)}"`
      for (const maxBytes of [65, 66]) {
        const history = { ...roomyHistory, maxBytes }
        const channel = `kept-${maxBytes}`
        for (let count = 0; count < 5; count += 1) {
          await broker.publish(channel, { payloadJson }, history)
        }
        const page = await broker.read(channel, {})
        assert.deepEqual(offsetsOf(page), maxBytes === 65 ? [4, 5] : [3, 4, 5])
      }
    },
  },
  {
    name: 'keeps entries for as long as asked for',
    async check({ broker, passTime }) {
      const history = { ...roomyHistory, maxAgeMs: 2_000 }
      await publishNumbers(broker, 'kept', { count: 2, history })
      await passTime(1_000)
      await publishNumbers(broker, 'kept', { count: 1, from: 3, history })
      assert.deepEqual(offsetsOf(await broker.read('kept', {})), [1, 2, 3])
      await passTime(1_200)
      const page = await broker.read('kept', {})
      assert.deepEqual(offsetsOf(page), [3])
      assert.deepEqual([page.topOffset, page.trimmedOffset], [3, 2])
    },
  },
  {
    name: 'answers every query with the events it asks for, and no other',
    async check({ broker }) {
      const history = { ...roomyHistory, maxEntries: 8 }
      await publishNumbers(broker, 'kept', { count: 10, history })
      for (const query of queries()) {
        const page = await broker.read('kept', query)
        assert.deepEqual(offsetsOf(page), expectedOffsets(query), JSON.stringify(query))
        assert.deepEqual([page.topOffset, page.trimmedOffset], [10, 2])
      }
    },
  },
  {
    name: 'reads a page and its bounds in one moment',
    async check({ broker }) {
      const history = { ...roomyHistory, maxEntries: 5 }
      const publishing = publishNumbers(broker, 'kept', { count: 40, history })
      for (let read = 0; read < 20; read += 1) {
        const page = await broker.read('kept', {})
        assert.deepEqual(offsetsOf(page), numbers(page.trimmedOffset + 1, page.topOffset))
      }
      await publishing
    },
  },
]

/** Every mix of bounds below, inside, at the edges of and above the entries 3 to 10. */
function* queries(): Generator<HistoryQuery> {
  const edges = [undefined, 0, 1, 2, 3, 6, 10, 11, 50]
  for (const after of edges) {
    for (const before of edges) {
      for (const limit of [undefined, 0, 1, 4, 100]) {
        for (const newest of [false, true]) yield queryOf({ after, before, limit, newest })
      }
    }
  }
}

type Bounds = { readonly [TName in keyof HistoryQuery]-?: HistoryQuery[TName] | undefined }

function queryOf({ after, before, limit, newest }: Bounds): HistoryQuery {
  return {
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(limit !== undefined && { limit }),
    ...(newest !== undefined && { newest }),
  }
}

function expectedOffsets({ after = 0, before = 100, limit = 100, newest }: HistoryQuery) {
  const inside = numbers(3, 10).filter((offset) => offset > after && offset < before)
  if (newest !== true) return inside.slice(0, limit)
  return inside.slice(Math.max(0, inside.length - limit))
}

function offsetsOf({ events }: { readonly events: readonly Positioned[] }): readonly number[] {
  return events.map(({ position }) => position?.offset ?? 0)
}

interface Positioned {
  readonly position: { readonly offset: number } | null
}
