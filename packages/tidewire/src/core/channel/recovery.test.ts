import { describe, expect, it } from 'vitest'
import { type Beginnable, beginningOf, type Extent, findBeginning } from './recovery.ts'

/** Events 4 to 9 are kept. */
const extent: Extent = { epoch: 'now', topOffset: 9, trimmedOffset: 3 }
const empty: Extent = { epoch: 'now', topOffset: 0, trimmedOffset: 0 }
const quiet: Extent = { epoch: 'now', topOffset: 5, trimmedOffset: 5 }

describe('a reader that comes with a position', () => {
  it.each([
    ['of the newest event', extent, 9],
    ['in the middle', extent, 6],
    ['just before the oldest event', extent, 3],
    ['0 in a channel without events', empty, 0],
    ['of the newest event when every entry has left', quiet, 5],
  ])('goes on from there: %s', (_name, held, offset) => {
    const since = { epoch: 'now', offset }
    expect(beginningOf({ since, last: 2 }, held)).toEqual({
      position: since,
      recovered: true,
      top: held.topOffset,
    })
  })

  it.each([
    ['one event too far back', extent, { epoch: 'now', offset: 2 }, 'HISTORY_TRIMMED'],
    ['before the first event', extent, { epoch: 'now', offset: 0 }, 'HISTORY_TRIMMED'],
    ['of events that have all left', quiet, { epoch: 'now', offset: 4 }, 'HISTORY_TRIMMED'],
    ['that was never given out', extent, { epoch: 'now', offset: 10 }, 'EPOCH_CHANGED'],
    ['ahead of a channel without events', empty, { epoch: 'now', offset: 1 }, 'EPOCH_CHANGED'],
    ['in another life of the log', extent, { epoch: 'old', offset: 9 }, 'EPOCH_CHANGED'],
    ['in another life, also too far back', extent, { epoch: 'old', offset: 0 }, 'EPOCH_CHANGED'],
  ])('is told that it cannot: %s', (_name, held, since, reason) => {
    const { epoch, topOffset } = held
    expect(beginningOf({ since }, held)).toEqual({
      position: { epoch, offset: topOffset },
      recovered: false,
      reason,
    })
  })

  it('gets the last events it asked for when its position is of no use', () => {
    expect(beginningOf({ since: { epoch: 'old', offset: 9 }, last: 2 }, extent)).toEqual({
      position: { epoch: 'now', offset: 7 },
      recovered: false,
      reason: 'EPOCH_CHANGED',
    })
  })
})

describe('a reader without a position', () => {
  it.each([
    ['the next event when it asks for nothing', extent, {}, 9],
    ['the next event when it asks for none', extent, { last: 0 }, 9],
    ['as many events as it asks for', extent, { last: 4 }, 5],
    ['all that are kept when it asks for more', extent, { last: 100 }, 3],
    ['the next event when every entry has left', quiet, { last: 100 }, 5],
    ['the first event of a channel without events', empty, { last: 100 }, 0],
  ])('begins with %s', (_name, held, start, offset) => {
    expect(beginningOf(start, held)).toEqual({ position: { epoch: 'now', offset } })
  })
})

describe('a channel without history', () => {
  const channel: Beginnable = { ...heldChannel(0, 9), epoch: null }

  it('begins with the next event and says so to who wants more', async () => {
    expect(await findBeginning({}, channel)).toEqual({ position: null })
    expect(await findBeginning({ last: 5 }, channel)).toEqual({ position: null })
    expect(await findBeginning({ since: { epoch: 'e', offset: 1 } }, channel)).toEqual({
      position: null,
      recovered: false,
      reason: 'NO_HISTORY',
    })
  })
})

describe('a channel of newest values', () => {
  const channel: Beginnable = { ...heldChannel(7, 9), isLatest: true }
  const all = { epoch: 'now', offset: 0 }

  it('begins with all values, or with those that changed since a position', async () => {
    const since = { epoch: 'now', offset: 4 }
    expect(await findBeginning({}, channel)).toEqual({ position: all })
    expect(await findBeginning({ since }, channel)).toEqual({
      position: since,
      recovered: true,
      top: 9,
    })
  })

  it.each([
    { epoch: 'old', offset: 4 },
    { epoch: 'now', offset: 10 },
  ])('begins with all values for the position $epoch:$offset', async (since) => {
    const { ask } = askedExtents({ epoch: 'now', trimmedOffset: 8, topOffset: 9 })
    expect(await findBeginning({ since }, { ...channel, askExtent: ask })).toEqual({
      position: all,
      recovered: false,
      reason: 'EPOCH_CHANGED',
    })
  })

  it('asks the broker about a position that this node has not reached yet', async () => {
    const { ask } = askedExtents({ epoch: 'now', trimmedOffset: 9, topOffset: 10 })
    const since = { epoch: 'now', offset: 10 }
    expect(await findBeginning({ since }, { ...channel, askExtent: ask })).toEqual({
      position: since,
      recovered: true,
      top: 10,
    })
  })
})

describe('a channel with history', () => {
  it.each([
    [{}],
    [{ last: 6 }],
    [{ since: { epoch: 'now', offset: 3 } }],
    [{ since: { epoch: 'now', offset: 9 } }],
  ])('begins at once, from the log of its node, when that reaches back far enough: %j', (start) => {
    const asked = askedExtents(extent)
    const channel = { ...heldChannel(3, 9), askExtent: asked.ask }
    expect(findBeginning(start, channel)).toEqual(beginningOf(start, extent))
    expect(asked.count).toBe(0)
  })

  it.each([
    [{ last: 7 }],
    [{ since: { epoch: 'now', offset: 2 } }],
    [{ since: { epoch: 'now', offset: 10 } }],
    [{ since: { epoch: 'other', offset: 5 } }],
  ])('asks the broker when it does not: %j', async (start) => {
    // Another node has published meanwhile.
    const ahead: Extent = { epoch: 'now', topOffset: 12, trimmedOffset: 0 }
    const asked = askedExtents(ahead)
    const channel = { ...heldChannel(3, 9), askExtent: asked.ask }
    expect(await findBeginning(start, channel)).toEqual(beginningOf(start, ahead))
    expect(asked.count).toBe(1)
  })
})

/** A channel of which the node holds the events after `floor` up to `top`. */
function heldChannel(floor: number, top: number): Beginnable {
  return {
    epoch: 'now',
    isLatest: false,
    log: { floor, top },
    askExtent: () => Promise.reject(new Error('the broker is asked in vain')),
  }
}

function askedExtents(answer: Extent) {
  const asked = {
    count: 0,
    ask: async () => {
      asked.count += 1
      return answer
    },
  }
  return asked
}
