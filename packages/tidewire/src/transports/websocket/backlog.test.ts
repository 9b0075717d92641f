import { expect, it } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { Backlog } from './backlog.ts'

it('hands on a few kilobytes a turn, in order, and tells when nothing waits', () => {
  const { backlog, passed, turn } = startBacklog()
  for (let sent = 0; sent < 10; sent += 1) backlog.add(Buffer.alloc(1_024, sent), sent % 2 === 1)
  expect(passed).toEqual([])
  turn()
  expect(passed).toEqual(['0', '1 binary', '2', '3 binary'])
  turn()
  expect(passed).toHaveLength(8)
  expect(backlog.isEmpty).toBe(false)
  turn()
  expect(passed.slice(8)).toEqual(['8', '9 binary', 'empty'])
  expect(backlog.isEmpty).toBe(true)
})

it('hands on a message that is larger than a turn', () => {
  const { backlog, passed, turn } = startBacklog()
  backlog.add(Buffer.alloc(65_536, 1), false)
  backlog.add(Buffer.alloc(1, 2), false)
  turn()
  expect(passed).toEqual(['1'])
  turn()
  expect(passed).toEqual(['1', '2', 'empty'])
})

it('hands on all at once at the end, and nothing twice', () => {
  const { backlog, passed, turn } = startBacklog()
  for (let sent = 0; sent < 10; sent += 1) backlog.add(Buffer.alloc(1_024, sent), false)
  turn()
  backlog.flush()
  expect(passed).toEqual(Array.from({ length: 10 }, (_, at) => `${at}`))
  turn()
  expect(passed.slice(10)).toEqual(['empty'])
})

it('begins anew after it was empty', () => {
  const { backlog, passed, turn } = startBacklog()
  for (const sent of [1, 2]) {
    backlog.add(Buffer.alloc(1, sent), false)
    turn()
  }
  expect(passed).toEqual(['1', 'empty', '2', 'empty'])
})

/** A backlog that writes down what it hands on, and the turns of an event loop. */
function startBacklog() {
  const passed: string[] = []
  const turns: (() => void)[] = []
  const clock = new VirtualClock()
  const soon = (callback: () => void) => {
    turns.push(callback)
  }
  const backlog = new Backlog(Object.assign(clock, { soon }), {
    onMessage: (bytes, isBinary) => passed.push(`${bytes[0]}${isBinary ? ' binary' : ''}`),
    onEmpty: () => passed.push('empty'),
  })
  return { backlog, passed, turn: () => turns.shift()?.() }
}
