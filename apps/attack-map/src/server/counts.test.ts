import { describe, expect, it } from 'vitest'
import { LineCounter } from './counts.ts'

describe('LineCounter', () => {
  it('adds up the kinds that are asked for', () => {
    const counter = new LineCounter()
    counter.receive({ kind: 'udp', sender: 'a' }, 1)
    counter.settle({ kind: 'udp', sender: 'a' }, 'parsed')
    counter.receive({ kind: 'demo', sender: 'b' }, 2)
    counter.settle({ kind: 'demo', sender: 'b' }, 'filtered')
    expect(counter.total(['udp', 'tcp'])).toEqual({
      received: 1,
      parsed: 1,
      unparsed: 0,
      filtered: 0,
      dropped: 0,
    })
    expect(counter.total(['udp', 'demo']).received).toBe(2)
  })

  it('counts senders beyond its limit together', () => {
    const counter = new LineCounter(2)
    for (const sender of ['a', 'b', 'c', 'd']) counter.receive({ kind: 'udp', sender }, 1)
    counter.receive({ kind: 'udp', sender: 'a' }, 1)
    const received = counter.senders().map(({ source, counts }) => [source.sender, counts.received])
    expect(received).toEqual([
      ['a', 2],
      ['b', 1],
      ['*', 2],
    ])
  })
})
