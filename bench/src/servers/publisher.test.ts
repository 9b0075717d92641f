import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventBytes, makeEvent } from './event.ts'
import { dueEvents, dueTime } from './publisher.ts'

describe('the publisher', () => {
  test('publishes the first event at once', () => {
    expect(dueEvents({ startedUs: 0, perSecond: 10, published: 0 }, 0)).toBe(1)
  })

  test('publishes nothing before it is due', () => {
    expect(dueEvents({ startedUs: 0, perSecond: 10, published: 1 }, 99_999)).toBe(0)
    expect(dueEvents({ startedUs: 0, perSecond: 10, published: 1 }, 100_000)).toBe(1)
  })

  test('makes up for a pause in bursts of 5 ms worth of events', () => {
    expect(dueEvents({ startedUs: 0, perSecond: 2_000, published: 0 }, 1_000_000)).toBe(10)
    expect(dueEvents({ startedUs: 0, perSecond: 10, published: 0 }, 60_000_000)).toBe(1)
  })

  test('keeps its rate whenever it is asked, and is never early', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), pauses, (perSecond, all) => {
        const schedule = { startedUs: 0, perSecond, published: 0 }
        let nowUs = 0
        for (const pause of all) {
          schedule.published += dueEvents(schedule, nowUs)
          nowUs += pause
        }
        schedule.published += dueEvents(schedule, nowUs)
        expect(schedule.published).toBe(Math.floor((nowUs * perSecond) / 1e6) + 1)
        expect(dueTime(schedule)).toBeGreaterThanOrEqual(nowUs)
      }),
    )
  })
})

test('an event is 128 bytes of JSON whatever its time and number', () => {
  for (const event of [makeEvent(0, 1), makeEvent(8.6e12, 999_999_999)]) {
    expect(Buffer.byteLength(JSON.stringify(event))).toBe(eventBytes)
  }
})
