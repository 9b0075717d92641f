import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { type Corkable, type Flushable, Pump } from './pump.ts'

/** A clock on which work takes time, when a test says so. */
class BusyClock extends VirtualClock {
  #workMs = 0

  override elapsedMs(): number {
    return super.elapsedMs() + this.#workMs
  }

  work(ms: number): void {
    this.#workMs += ms
  }
}

/** A channel that remembers what it flushed, and when. */
class CountingChannel implements Flushable {
  readonly windowMs: number
  readonly maxEvents: number
  readonly maxDelayMs: number
  readonly flushes: { readonly at: number; readonly events: number }[] = []
  unflushed = 0
  onFlush: () => void = () => undefined

  constructor({ windowMs = 0, maxEvents = Number.POSITIVE_INFINITY, maxDelayMs = 100 } = {}) {
    this.windowMs = windowMs
    this.maxEvents = maxEvents
    this.maxDelayMs = maxDelayMs
  }

  flush(): void {
    this.flushes.push({ at: clock.now(), events: this.unflushed })
    this.unflushed = 0
    this.onFlush()
  }
}

let clock: BusyClock
let pump: Pump
let failures: unknown[]

beforeEach(() => {
  clock = new BusyClock(0)
  failures = []
  pump = pumpOf(1)
})

function pumpOf(dutyCycle: number): Pump {
  return new Pump(clock, { dutyCycle, onFailure: (cause) => failures.push(cause) })
}

function publish(channel: CountingChannel, events = 1): void {
  for (let event = 0; event < events; event += 1) {
    channel.unflushed += 1
    pump.mark(channel)
  }
}

describe('a channel without a window', () => {
  it('that cannot flush keeps no other from it, now or later', async () => {
    const broken = new CountingChannel()
    const defect = new Error('cannot flush')
    broken.onFlush = () => {
      throw defect
    }
    const healthy = new CountingChannel()
    publish(broken)
    publish(healthy)
    await clock.advance(0)
    publish(healthy)
    await clock.advance(0)
    expect(healthy.flushes).toHaveLength(2)
    expect(failures).toEqual([defect])
  })

  it('is flushed in the same turn, but never inside of mark', async () => {
    const channel = new CountingChannel()
    publish(channel, 3)
    expect(channel.flushes).toEqual([])
    await clock.advance(0)
    expect(channel.flushes).toEqual([{ at: 0, events: 3 }])
  })

  it('is flushed in one pass with all others that became due in the turn', async () => {
    const channels = [1, 2, 3].map(() => new CountingChannel())
    for (const channel of channels) publish(channel)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(0)
    expect(channels.map(({ flushes }) => flushes.length)).toEqual([1, 1, 1])
  })

  it('is flushed again for what comes after a pass', async () => {
    const channel = new CountingChannel()
    publish(channel)
    await clock.advance(0)
    publish(channel, 2)
    await clock.advance(0)
    expect(channel.flushes.map(({ events }) => events)).toEqual([1, 2])
  })

  it('waits as long as the last pass took', async () => {
    const channel = new CountingChannel()
    channel.onFlush = () => clock.work(60)
    publish(channel)
    await clock.advance(0)
    publish(channel)
    await clock.advance(59)
    expect(channel.flushes.length).toBe(1)
    await clock.advance(1)
    expect(channel.flushes.map(({ at }) => at)).toEqual([0, 60])
  })

  it('waits as many times as long as the duty cycle says', async () => {
    pump = pumpOf(3)
    const channel = new CountingChannel()
    channel.onFlush = () => clock.work(20)
    publish(channel)
    await clock.advance(0)
    publish(channel)
    await clock.advance(59)
    expect(channel.flushes.length).toBe(1)
    await clock.advance(1)
    expect(channel.flushes.length).toBe(2)
  })

  it('waits no longer than it allows', async () => {
    const [slow, urgent] = [new CountingChannel(), new CountingChannel({ maxDelayMs: 30 })]
    slow.onFlush = () => clock.work(500)
    publish(slow)
    await clock.advance(0)
    publish(slow)
    publish(urgent)
    await clock.advance(29)
    expect(urgent.flushes).toEqual([])
    await clock.advance(1)
    expect(urgent.flushes.map(({ at }) => at)).toEqual([30])
    // One pass for all that is due: what could have waited longer is in it.
    expect(slow.flushes.map(({ at }) => at)).toEqual([0, 30])
  })

  it('waits for nothing after a rest', async () => {
    const channel = new CountingChannel()
    channel.onFlush = () => clock.work(20)
    publish(channel)
    await clock.advance(50)
    publish(channel)
    await clock.advance(0)
    expect(channel.flushes.map(({ at }) => at)).toEqual([0, 50])
  })

  it('is flushed in the next pass for what a flush brought about', async () => {
    const channel = new CountingChannel()
    channel.onFlush = () => {
      if (channel.flushes.length < 3) publish(channel)
    }
    publish(channel)
    await clock.advance(0)
    expect(channel.flushes.map(({ events }) => events)).toEqual([1, 1, 1])
  })
})

describe('a pump whose passes are short', () => {
  /** Publishes so often for a while; answers when it was flushed. */
  async function load(everyMs: number, workMs: number, forMs: number) {
    const channel = new CountingChannel()
    channel.onFlush = () => clock.work(workMs)
    for (let at = 0; at < forMs; at += everyMs) {
      publish(channel)
      await clock.advance(everyMs)
    }
    return channel.flushes
  }

  it('flushes every event by itself while all of them take less than the budget', async () => {
    const flushes = await load(20, 1, 2_000)
    expect(flushes.map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, i) => i * 20))
  })

  it('lets a spike of 4 ms through and rests for what is beyond it', async () => {
    const channel = new CountingChannel()
    channel.onFlush = () => clock.work(channel.flushes.length)
    // Passes of 1, 2 and 3 ms: 2 ms beyond what was in hand, but for the 0.6 earned between.
    for (let event = 0; event < 4; event += 1) {
      publish(channel)
      await clock.advance(3)
    }
    await clock.advance(100)
    expect(channel.flushes.map(({ at }) => at)).toEqual([0, 3, 6, 20])
  })

  it('rests for longer than the duty cycle when they take more, so that events meet', async () => {
    pump = pumpOf(4)
    const flushes = await load(5, 1, 2_000)
    const late = flushes.filter(({ at }) => at > 1_000)
    expect(late.map(({ events }) => events)).toContain(2)
    expect(late.length).toBeGreaterThan(90)
    expect(late.length).toBeLessThan(110)
  })

  it('holds no event back for more than 40 ms, though they take more even so', async () => {
    const flushes = await load(1, 12, 1_000)
    const pauses = flushes.slice(2).map(({ at }, index) => at - (flushes[index + 1]?.at ?? 0))
    expect(new Set(pauses)).toEqual(new Set([40]))
  })

  it('never rests at a duty cycle of 0', async () => {
    pump = pumpOf(0)
    expect(await load(1, 12, 200)).toHaveLength(200)
  })
})

describe('a channel with a window', () => {
  it('gathers events until the window of the first of them ends', async () => {
    const channel = new CountingChannel({ windowMs: 100 })
    publish(channel)
    await clock.advance(60)
    publish(channel, 4)
    await clock.advance(39)
    expect(channel.flushes).toEqual([])
    await clock.advance(1)
    expect(channel.flushes).toEqual([{ at: 100, events: 5 }])
  })

  it('has none open while nothing comes', async () => {
    const channel = new CountingChannel({ windowMs: 100 })
    publish(channel)
    await clock.advance(1_000)
    expect(clock.pendingTimers).toBe(0)
    publish(channel)
    await clock.advance(99)
    expect(channel.flushes.length).toBe(1)
    await clock.advance(1)
    expect(channel.flushes.map(({ at }) => at)).toEqual([100, 1_100])
  })

  it('ends it early when as many events wait as end it', async () => {
    const channel = new CountingChannel({ windowMs: 100, maxEvents: 3 })
    publish(channel, 2)
    await clock.advance(10)
    publish(channel)
    await clock.advance(0)
    expect(channel.flushes).toEqual([{ at: 10, events: 3 }])
    await clock.advance(200)
    expect(channel.flushes.length).toBe(1)
  })

  it('opens a new one for what comes after one that ended early', async () => {
    const channel = new CountingChannel({ windowMs: 100, maxEvents: 3 })
    publish(channel, 3)
    await clock.advance(50)
    publish(channel)
    await clock.advance(99)
    expect(channel.flushes.length).toBe(1)
    await clock.advance(1)
    expect(channel.flushes).toEqual([
      { at: 0, events: 3 },
      { at: 150, events: 1 },
    ])
  })
})

describe('a channel that is gone', () => {
  it('is not flushed any more, in a window or due', async () => {
    const [waiting, due] = [new CountingChannel({ windowMs: 100 }), new CountingChannel()]
    publish(waiting)
    publish(due)
    pump.forget(waiting)
    pump.forget(due)
    await clock.advance(1_000)
    expect([waiting.flushes, due.flushes]).toEqual([[], []])
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a connection', () => {
  it('that is corked in a pass is uncorked once, at its end', async () => {
    const calls: string[] = []
    const connection: Corkable = {
      cork: () => calls.push('cork'),
      uncork: () => calls.push('uncork'),
    }
    for (const name of ['one', 'two']) {
      const channel = new CountingChannel()
      channel.onFlush = () => {
        if (calls.length === 0) pump.cork(connection)
        calls.push(name)
      }
      publish(channel)
    }
    await clock.advance(0)
    expect(calls).toEqual(['cork', 'one', 'two', 'uncork'])
  })

  it('that was corked in one pass is left alone in the next, unless it is corked again', async () => {
    const calls: string[] = []
    for (const names of [['one', 'two'], ['three'], ['one']]) {
      const channel = new CountingChannel()
      channel.onFlush = () => {
        for (const name of names) {
          pump.cork({ cork: () => calls.push(name), uncork: () => calls.push(`${name} sent`) })
        }
      }
      publish(channel)
      await clock.advance(100)
    }
    const expected = 'one, two, one sent, two sent, three, three sent, one, one sent'
    expect(calls.join(', ')).toBe(expected)
  })

  it('is not corked outside of a pass: nobody would uncork it', () => {
    const calls: string[] = []
    pump.cork({ cork: () => calls.push('cork'), uncork: () => calls.push('uncork') })
    expect(calls).toEqual([])
  })
})
