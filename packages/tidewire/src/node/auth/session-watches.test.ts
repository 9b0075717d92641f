import { beforeEach, describe, expect, it } from 'vitest'
import { bareRequest } from '../../../test/support/bare-request.ts'
import { accepted, identify, recheckMs, SessionRig } from '../../../test/support/session-rig.ts'
import type { OnCredentialEnd } from '../../core/ports/auth.ts'
import { sessionAuth } from './session-auth.ts'

let rig: SessionRig
beforeEach(() => {
  rig = new SessionRig()
})

describe('a connection ends with its session', () => {
  it('at once when this process destroys it', async () => {
    const ended = await rig.watched()
    rig.store.destroy('s2')
    expect(ended).toEqual([])
    rig.store.destroy('s1')
    expect(ended).toEqual(['revoked'])
  })

  it('at once when all sessions are cleared', async () => {
    const ended = await rig.watched()
    rig.store.clear()
    expect(ended).toEqual(['revoked'])
  })

  it('within recheckMs when it is gone elsewhere', async () => {
    const ended = await rig.watched()
    rig.store.sessions.clear()
    await rig.surroundings.clock.advance(recheckMs / 2 - 1)
    expect(ended).toEqual([])
    await rig.surroundings.clock.advance(recheckMs / 2 + 1)
    expect(ended).toEqual(['revoked'])
  })

  it('when nobody is signed in to it any more', async () => {
    const ended = await rig.watched()
    rig.store.put('s1', {})
    await rig.surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
  })

  it('when somebody else is', async () => {
    const ended = await rig.watched()
    rig.store.put('s1', { name: 'grace' })
    await rig.surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
  })

  it('when it says something else of its user: then it is outdated', async () => {
    const ended = await rig.watched()
    rig.store.put('s1', { name: 'ada', role: 'nobody' })
    await rig.surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['outdated'])
  })

  it('when a store that keeps what has expired still has it', async () => {
    const ended = await rig.watched({ others: { isRolling: true } })
    rig.store.put('s1', { name: 'ada', role: 'admin' }, rig.surroundings.clock.now() + 1_000)
    await rig.surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
  })

  it('and not while it is as it was', async () => {
    const ended = await rig.watched()
    await rig.surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
    expect(rig.store.reads).toBeGreaterThanOrEqual(10)
  })

  it('and not before its time because the store lets go of what has expired', async () => {
    const expiresAt = rig.surroundings.clock.now() + 10_000
    const ended = await rig.watched({ expiresAt })
    await rig.surroundings.clock.advance(10_000)
    rig.store.destroy('s1')
    await rig.surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
  })

  it('once, however often it ends', async () => {
    const ended = await rig.watched()
    rig.store.destroy('s1')
    rig.store.destroy('s1')
    await rig.surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
    expect(rig.surroundings.clock.pendingTimers).toBe(0)
  })
})

describe('a store that fails', () => {
  it.each<[string, SessionRig['store']['onGet']]>([
    ['with an error', (done) => done(new Error('down: s1'))],
    [
      'by throwing',
      () => {
        throw new Error('down: s1')
      },
    ],
    ['by never answering', () => undefined],
  ])('%s ends nothing, is logged once, and the watch goes on', async (_, onGet) => {
    const ended = await rig.watched({ id: 'session-with-a-long-id' })
    rig.store.onGet = onGet
    await rig.surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
    expect(rig.surroundings.lines.filter((line) => line.startsWith('error'))).toHaveLength(1)
    rig.store.onGet = null
    rig.store.sessions.clear()
    await rig.surroundings.clock.advance(2 * recheckMs)
    expect(ended).toEqual(['revoked'])
    expect(rig.surroundings.lines.at(-1)).toContain('can be looked at again')
  })

  it('ends nothing when it is identify that fails', async () => {
    let isBroken = false
    const ended = await rig.watched({
      others: {
        identify(session) {
          if (isBroken) throw new Error('the database is down')
          return identify(session)
        },
      },
    })
    isBroken = true
    await rig.surroundings.clock.advance(2 * recheckMs)
    expect(ended).toEqual([])
    expect(rig.surroundings.lines.join()).toContain('the database is down')
  })

  it('has the id of no session in the log', async () => {
    const id = 'session-id-that-nobody-may-read'
    await rig.watched({ id })
    rig.store.onGet = (done) => done(new Error(`GET sess:${id} failed`))
    await rig.surroundings.clock.advance(recheckMs)
    expect(rig.surroundings.lines.join()).toContain('GET sess:[redacted] failed')
    expect(rig.surroundings.lines.join()).not.toContain(id)
  })
})

describe('what a watch costs', () => {
  it('is one look a session, whatever it has in connections', async () => {
    const strategy = sessionAuth(rig.options())
    rig.store.put('s1', { name: 'ada' })
    const ended: unknown[] = []
    for (let count = 0; count < 100; count += 1) {
      const outcome = await strategy.verifyRequest(bareRequest(), rig.surroundings.context)
      accepted(outcome).watch?.((why) => ended.push(why))
    }
    const reads = rig.store.reads
    await rig.surroundings.clock.advance(recheckMs)
    expect(rig.store.reads - reads).toBeLessThanOrEqual(2)
    rig.store.destroy('s1')
    expect(ended).toHaveLength(100)
  })

  it('is nothing once it was stopped, also twice', async () => {
    rig.store.put('s1', { name: 'ada' })
    const outcome = accepted(await rig.verify())
    const ended: unknown[] = []
    const stop = outcome.watch?.((why) => ended.push(why))
    stop?.()
    stop?.()
    expect(rig.surroundings.clock.pendingTimers).toBe(0)
    rig.store.destroy('s1')
    await rig.surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
    expect(rig.surroundings.clock.pendingTimers).toBe(0)
  })

  it('is nothing when it is stopped during a look', async () => {
    rig.store.put('s1', { name: 'ada' })
    const stop = accepted(await rig.verify()).watch?.(() => undefined)
    rig.store.onGet = () => stop?.()
    await rig.surroundings.clock.advance(3 * recheckMs)
    expect(rig.surroundings.clock.pendingTimers).toBe(0)
  })

  it('goes on for the connections that are left', async () => {
    const [first, second] = await both()
    first.stop?.()
    rig.store.sessions.clear()
    await rig.surroundings.clock.advance(recheckMs)
    expect(first.ended).toEqual([])
    expect(second.ended).toEqual(['revoked'])
  })

  it('is over for a connection that another takes along when it ends', async () => {
    const [first, second] = await both(() => second.stop?.())
    rig.store.destroy('s1')
    expect(first.ended).toEqual(['revoked'])
    expect(second.ended).toEqual([])
  })

  it('does not spare who comes while others end', async () => {
    rig.store.put('s1', { name: 'ada' })
    const strategy = sessionAuth(rig.options())
    const watch = async (onEnd: OnCredentialEnd) =>
      accepted(await strategy.verifyRequest(bareRequest(), rig.surroundings.context)).watch?.(onEnd)
    const ended: string[] = []
    await watch(() => ended.push('first'))
    await watch(() => ended.push('second'))
    rig.store.destroy('s1')
    rig.store.put('s1', { name: 'ada' })
    await watch(() => ended.push('third'))
    rig.store.destroy('s1')
    expect(ended).toEqual(['first', 'second', 'third'])
  })
})

/** Two connections that rest on one session. */
async function both(onFirstEnd = () => {}) {
  rig.store.put('s1', { name: 'ada' })
  const strategy = sessionAuth(rig.options())
  const watch = async (alsoOnEnd: () => void) => {
    const outcome = accepted(await strategy.verifyRequest(bareRequest(), rig.surroundings.context))
    const ended: unknown[] = []
    const stop = outcome.watch?.((why) => {
      ended.push(why)
      alsoOnEnd()
    })
    return { ended, stop }
  }
  return [await watch(onFirstEnd), await watch(() => {})] as const
}
