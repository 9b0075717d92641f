import { beforeEach, describe, expect, it } from 'vitest'
import { type ConnectionRate, RateLimits, type RateOptions } from './rate-limits.ts'

const options: RateOptions = {
  framesPerSecond: 10,
  frameBurst: 5,
  bytesPerSecond: 1_000,
  maxPayloadBytes: 500,
  userFramesPerSecond: 20,
  addressFramesPerSecond: 100,
  maxConnectionsPerUser: 2,
}

let limits: RateLimits

beforeEach(() => {
  limits = new RateLimits(options)
})

describe('one connection', () => {
  it('has a burst of frames, then one for every tenth of a second', () => {
    const rate = limits.open('192.0.2.1', 0)
    expect(framesTaken(rate, 0)).toBe(5)
    expect(rate.takeFrame(0)).toBe(100)
    expect(framesTaken(rate, 1_000)).toBe(5)
    expect(framesTaken(rate, 1_100)).toBe(1)
  })

  it('has bytes of its own, two seconds of them at once', () => {
    const rate = limits.open('192.0.2.1', 0)
    expect(rate.takeBytes(1_500, 0)).toBe(0)
    expect(rate.takeBytes(501, 0)).toBe(1)
    expect(rate.takeBytes(500, 0)).toBe(0)
    expect(limits.open('192.0.2.1', 0).takeBytes(2_000, 0)).toBe(0)
  })

  it('may always send a frame of the largest size', () => {
    const rate = new RateLimits({ ...options, maxPayloadBytes: 50_000 }).open('192.0.2.1', 0)
    expect(rate.takeBytes(50_000, 0)).toBe(0)
    expect(rate.takeBytes(50_000, 0)).toBe(50_000)
  })
})

describe('the connections of a user', () => {
  it('have one budget, wherever they come from', () => {
    const tight = new RateLimits({ ...options, userFramesPerSecond: 4 })
    const [one, other] = ['192.0.2.1', '192.0.2.2'].map((address) => tight.open(address, 0))
    for (const rate of [one, other]) expect(rate?.belongTo('ada', 0)).toBe(true)
    expect(one && framesTaken(one, 0)).toBe(5)
    expect(other && framesTaken(other, 0)).toBe(3)
    expect(other?.takeFrame(0)).toBe(250)
  })

  it('leave what they could not take to themselves', () => {
    const tight = new RateLimits({ ...options, userFramesPerSecond: 1 })
    const rate = tight.open('192.0.2.1', 0)
    rate.belongTo('ada', 0)
    expect(framesTaken(rate, 0)).toBe(2)
    // Three of its own are left, and none of its user.
    expect(framesTaken(rate, 1_000)).toBe(1)
    expect(framesTaken(rate, 100_000)).toBe(2)
  })

  it('are no more than may be, until one leaves', () => {
    const [one, two, three] = [0, 1, 2].map(() => limits.open('192.0.2.1', 0))
    expect(one?.belongTo('ada', 0)).toBe(true)
    expect(two?.belongTo('ada', 0)).toBe(true)
    expect(limits.users.isFull('ada')).toBe(true)
    expect(three?.belongTo('ada', 0)).toBe(false)
    expect(three?.belongTo('bob', 0)).toBe(true)
    one?.leave()
    expect(limits.open('192.0.2.1', 0).belongTo('ada', 0)).toBe(true)
  })

  it('are counted once, however often the user says who it is', () => {
    const rate = limits.open('192.0.2.1', 0)
    for (let renewal = 0; renewal < 5; renewal += 1) expect(rate.belongTo('ada', 0)).toBe(true)
    expect(limits.users.isFull('ada')).toBe(false)
    rate.leave()
    rate.leave()
    expect(limits.users.size).toBe(0)
  })
})

describe('the connections of an address', () => {
  it('have one budget, whoever is on them', () => {
    const tight = new RateLimits({ ...options, addressFramesPerSecond: 3 })
    const taken = [0, 1, 2].map(() => framesTaken(tight.open('192.0.2.1', 0), 0))
    expect(taken).toEqual([5, 1, 0])
    expect(framesTaken(tight.open('192.0.2.2', 0), 0)).toBe(5)
  })

  it('have none when nobody knows the address', () => {
    const tight = new RateLimits({ ...options, addressFramesPerSecond: 1 })
    for (let count = 0; count < 5; count += 1) {
      expect(framesTaken(tight.open('unknown', 0), 0)).toBe(5)
    }
  })

  it('leave nothing behind when the last of them is gone', () => {
    const [one, other] = [limits.open('192.0.2.1', 0), limits.open('192.0.2.1', 0)]
    expect(limits.addresses.size).toBe(1)
    one.leave()
    one.leave()
    expect(limits.addresses.size).toBe(1)
    other.leave()
    expect(limits.addresses.size).toBe(0)
  })
})

function framesTaken(rate: ConnectionRate, now: number): number {
  let taken = 0
  while (rate.takeFrame(now) === 0) taken += 1
  return taken
}
