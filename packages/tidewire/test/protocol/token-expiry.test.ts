import { describe, expect, test } from 'vitest'
import { VirtualHub } from '../support/virtual-hub.ts'

const minute = 60_000
const auth = { type: 'auth', token: 'any' }

/** PROTOCOL.md P-011 and P-013, on a clock that moves when it is told to. */
describe('the time of a token', () => {
  test('P-011 a connection has authTimeoutMs for its token, 10 s by default', async () => {
    const virtual = new VirtualHub({ auth: { mode: 'required' } })
    const link = virtual.connect()
    await virtual.clock.advance(9_999)
    expect(link.closed).toBeNull()
    await virtual.clock.advance(1)
    expect(link.closed).toMatchObject({ code: 4004 })
  })

  test('P-011 a token in time ends the wait', async () => {
    const verify = () => ({ userId: 'ada' })
    const virtual = new VirtualHub({ auth: { mode: 'required', verify } })
    const link = virtual.connect()
    await link.say(auth)
    await virtual.clock.advance(60 * minute)
    expect(link.closed).toBeNull()
    expect(virtual.clock.pendingTimers).toBe(0)
  })

  test('P-013 the end of a token is announced 30 s before and closes 4005', async () => {
    const virtual = expiring(minute)
    const link = virtual.connect()
    await link.ask(auth)
    await virtual.clock.advance(29_999)
    expect(link.frames()).toEqual([])
    await virtual.clock.advance(1)
    expect(link.frames()).toEqual([{ type: 'auth_expiring', inMs: 30_000 }])
    await virtual.clock.advance(29_999)
    expect(link.closed).toBeNull()
    await virtual.clock.advance(1)
    expect(link.closed).toMatchObject({ code: 4005 })
  })

  test('P-013 a token that ends sooner than that is announced at once', async () => {
    const virtual = expiring(5_000)
    const link = virtual.connect()
    await link.say(auth)
    await virtual.clock.advance(1)
    expect(link.frames().map(({ type }) => type)).toEqual(['auth_ack', 'auth_expiring'])
    await virtual.clock.advance(5_000)
    expect(link.closed).toMatchObject({ code: 4005 })
  })

  test('P-013 a token that has ended already closes 4005', async () => {
    const virtual = expiring(-minute)
    const link = virtual.connect()
    await link.say(auth)
    await virtual.clock.advance(0)
    expect(link.closed).toMatchObject({ code: 4005 })
  })

  test('P-013 a renewal in time moves the end', async () => {
    const virtual = expiring(minute)
    const link = virtual.connect()
    await link.ask(auth)
    await virtual.clock.advance(45_000)
    expect((await link.ask(auth)).at(-1)).toMatchObject({ type: 'auth_ack' })
    await virtual.clock.advance(29_999)
    expect(link.frames()).toEqual([])
    expect(link.closed).toBeNull()
    await virtual.clock.advance(30_001)
    expect(link.closed).toMatchObject({ code: 4005 })
  })

  test('P-013 a refused renewal does not move the end', async () => {
    let isFirst = true
    const virtual: VirtualHub = new VirtualHub({
      auth: {
        verify() {
          if (!isFirst) return null
          isFirst = false
          return { userId: 'ada', expiresAt: virtual.clock.now() + minute }
        },
      },
    })
    const link = virtual.connect()
    await link.ask(auth)
    expect(await link.ask(auth)).toMatchObject([{ code: 'INVALID_TOKEN' }])
    await virtual.clock.advance(minute)
    expect(link.closed).toMatchObject({ code: 4005 })
  })
})

/** A hub whose tokens end so long after they were shown. */
function expiring(leftMs: number): VirtualHub {
  const virtual: VirtualHub = new VirtualHub({
    auth: { verify: () => ({ userId: 'ada', expiresAt: virtual.clock.now() + leftMs }) },
  })
  return virtual
}
