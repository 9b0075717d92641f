import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { Heartbeat } from './heartbeat.ts'

function start(intervalMs = 1_000) {
  const clock = new VirtualClock()
  const begun = clock.now()
  const told: string[] = []
  const heartbeat = new Heartbeat(
    clock,
    () => told.push(`silence at ${clock.now() - begun}`),
    () => told.push(`dead at ${clock.now() - begun}`),
  )
  heartbeat.start(intervalMs)
  return { clock, heartbeat, told }
}

describe('Heartbeat', () => {
  it('asks after one silent interval and gives up after another', async () => {
    const { clock, told } = start()
    await clock.advance(10_000)
    expect(told).toEqual(['silence at 1000', 'dead at 2000'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('counts the interval from what was heard last', async () => {
    const { clock, heartbeat, told } = start()
    await clock.advance(700)
    heartbeat.heard()
    await clock.advance(999)
    expect(told).toEqual([])
    await clock.advance(1)
    expect(told).toEqual(['silence at 1700'])
  })

  it('takes an answer as life, also one in the same millisecond', async () => {
    const { clock, heartbeat, told } = start()
    await clock.advance(1_000)
    heartbeat.heard()
    await clock.advance(1_000)
    expect(told).toEqual(['silence at 1000', 'silence at 2000'])
  })

  it('needs one timer however much arrives', async () => {
    const { clock, heartbeat } = start()
    for (let frame = 0; frame < 100; frame += 1) {
      heartbeat.heard()
      await clock.advance(50)
    }
    expect(clock.pendingTimers).toBe(1)
  })

  it('is quiet once it is stopped, and watches one link at a time', async () => {
    const { clock, heartbeat, told } = start()
    heartbeat.start(3_000)
    expect(clock.pendingTimers).toBe(1)
    heartbeat.stop()
    await clock.advance(10_000)
    expect(told).toEqual([])
    expect(clock.pendingTimers).toBe(0)
  })
})
