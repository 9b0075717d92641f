import { beforeEach, describe, expect, it } from 'vitest'
import { HeldBroker } from '../../../test/engine/held-broker.ts'
import { MemoryBroker } from '../../brokers/memory.ts'
import { type Broker, BrokerUnavailable } from '../../core/ports/broker.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { type BrokerMeter, MeasuredBroker } from './measured-broker.ts'

const history = { maxEntries: 10, maxBytes: 1_000, maxAgeMs: 1_000_000 }

let clock: VirtualClock
let held: HeldBroker
let measured: MeasuredBroker

beforeEach(() => {
  clock = new VirtualClock()
  held = new HeldBroker(new MemoryBroker({ clock, makeId: () => 'life' }))
  measured = new MeasuredBroker(held, clock)
})

describe('a measured broker', () => {
  const operations = [
    ['publish', (broker: Broker) => broker.publish('a', { payloadJson: '1' }, history)],
    ['subscribe', (broker: Broker) => broker.subscribe('a', () => undefined, history)],
    ['read', (broker: Broker) => broker.read('a', { after: 0 })],
  ] as const

  it.each(operations)('tells how long %s took, and of nothing else', async (operation, ask) => {
    held.hold(operation)
    const answer = ask(measured)
    await clock.advance(250)
    expect(seen(measured.meters[operation])).toEqual({ pending: 1, failures: 0, count: 0, sum: 0 })
    held.release(operation)
    await answer
    expect(seen(measured.meters[operation])).toEqual({
      pending: 0,
      failures: 0,
      count: 1,
      sum: 0.25,
    })
    for (const [other] of operations) {
      if (other !== operation) expect(seen(measured.meters[other]).count).toBe(0)
    }
  })

  it.each(operations)(
    'counts a %s that fails, and hands the failure on',
    async (operation, ask) => {
      held.fail()
      await expect(ask(measured)).rejects.toThrow(BrokerUnavailable)
      expect(seen(measured.meters[operation])).toEqual({
        pending: 0,
        failures: 1,
        count: 1,
        sum: 0,
      })
    },
  )

  it('shows what hangs for as long as it hangs', async () => {
    held.hold('publish')
    const answers = [1, 2, 3].map((n) => measured.publish('a', { payloadJson: String(n) }, history))
    await clock.advance(3_600_000)
    expect(measured.meters.publish.pending).toBe(3)
    held.release('publish')
    await Promise.all(answers)
    expect(measured.meters.publish.pending).toBe(0)
  })

  it('lets nothing wait for ever that throws where it should reject', () => {
    const rude = new MeasuredBroker(
      Object.assign(new MemoryBroker({ clock, makeId: () => 'life' }), {
        publish: () => {
          throw new TypeError('rude')
        },
      }),
      clock,
    )
    expect(() => rude.publish('a', { payloadJson: '1' }, null)).toThrow('rude')
    expect(seen(rude.meters.publish)).toMatchObject({ pending: 0, failures: 1, count: 1 })
  })

  it('counts interruptions, and passes them on', () => {
    let interrupt = () => {}
    const broker = new MeasuredBroker(
      Object.assign(new MemoryBroker({ clock, makeId: () => 'life' }), {
        onInterruption: (listener: () => void) => {
          interrupt = listener
        },
      }),
      clock,
    )
    let heard = 0
    broker.onInterruption(() => {
      heard += 1
    })
    interrupt()
    interrupt()
    expect([broker.interruptions, heard]).toEqual([2, 2])
    measured.onInterruption(() => undefined)
    expect(measured.interruptions).toBe(0)
  })

  it('changes nothing of what is asked and answered', async () => {
    const received: unknown[] = []
    const position = await measured.subscribe('a', (event) => received.push(event), history)
    const published = await measured.publish('a', { payloadJson: '"x"', from: 'ada' }, history)
    expect(published.position).toEqual({ epoch: position?.epoch, offset: 1 })
    expect(received).toMatchObject([{ payloadJson: '"x"', from: 'ada' }])
    expect(await measured.read('a', { after: 0 })).toMatchObject({ events: received, topOffset: 1 })
    measured.unsubscribe('a')
    await measured.publish('a', { payloadJson: '"y"' }, history)
    expect(received).toHaveLength(1)
    await measured.close()
    await expect(measured.read('a', {})).rejects.toThrow(BrokerUnavailable)
  })
})

function seen({ pending, failures, seconds }: BrokerMeter) {
  const count = seconds.counts.reduce((sum, one) => sum + one, 0)
  return { pending, failures, count, sum: seconds.sum }
}
