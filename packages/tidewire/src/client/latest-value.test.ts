import { describe, expect, it } from 'vitest'
import { type ClientRig, reconnect, startOnline } from '../../test/support/client-rig.ts'
import type { EventFields } from '../protocol/frames.ts'
import { latestValue } from './latest-value.ts'

const epoch = 'e1'

/** `ACME 5` is of `ACME`. */
const keyOf = (payload: unknown) => String(payload).slice(0, 4)

function start() {
  const rig = startOnline()
  return { rig, channel: rig.client.channel('prices') }
}

/** What a `latest` channel answers to a new subscriber: all values follow. */
function accept({ link }: ClientRig): void {
  link.acceptSubscribe({ position: { epoch, offset: 0 } })
}

/** One batch, as a server skips through a channel: every third event, named by `prev`. */
function say({ link }: ClientRig, from: number, ...payloads: readonly unknown[]): void {
  const events = payloads.map(
    (payload, index): EventFields => ({
      offset: from + 3 * (index + 1),
      prev: from + 3 * index,
      payload,
    }),
  )
  link.tell({ type: 'batch', channel: 'prices', count: events.length, events })
}

/** Lets what waits for the end of this turn happen. */
async function settle({ clock }: ClientRig): Promise<void> {
  await clock.advance(0)
}

describe('latestValue', () => {
  it('is undefined until the first value has come, then the newest', () => {
    const { rig, channel } = start()
    const value = latestValue(channel)
    expect(value.get()).toBeUndefined()
    accept(rig)
    say(rig, 0, 'ACME 1', 'ACME 2')
    expect(value.get()).toBe('ACME 2')
    say(rig, 6, 'ACME 3')
    expect(value.get()).toBe('ACME 3')
    expect(rig.link.takeAll()).toEqual([])
  })

  it('is a map of the newest of each key', () => {
    const { rig, channel } = start()
    const values = latestValue(channel, { keyOf })
    expect(values.get()).toEqual(new Map())
    accept(rig)
    say(rig, 0, 'ACME 1', 'INIT 1', 'ACME 2')
    expect(values.get()).toEqual(
      new Map([
        ['ACME', 'ACME 2'],
        ['INIT', 'INIT 1'],
      ]),
    )
  })

  it('gives the same map until it changes, and never changes one it gave', () => {
    const { rig, channel } = start()
    const { get } = latestValue(channel, { keyOf })
    const empty = get()
    expect(get()).toBe(empty)
    accept(rig)
    say(rig, 0, 'ACME 1')
    const first = get()
    expect(get()).toBe(first)
    say(rig, 3, 'ACME 2')
    expect([empty.size, first.get('ACME'), get().get('ACME')]).toEqual([0, 'ACME 1', 'ACME 2'])
  })

  it('calls its listeners once for all that came together, with the newest in place', async () => {
    const { rig, channel } = start()
    const { get, subscribe } = latestValue(channel)
    const seen: unknown[] = []
    subscribe(() => seen.push(get()))
    accept(rig)
    say(rig, 0, 'ACME 1', 'ACME 2', 'ACME 3')
    await settle(rig)
    say(rig, 9, 'ACME 4')
    await settle(rig)
    expect(seen).toEqual(['ACME 3', 'ACME 4'])
  })

  it('calls a listener that was added twice twice, and no more once it was taken away', async () => {
    const { rig, channel } = start()
    const value = latestValue(channel)
    let calls = 0
    const listener = () => {
      calls += 1
    }
    const takeAway = [value.subscribe(listener), value.subscribe(listener)]
    accept(rig)
    say(rig, 0, 'ACME 1')
    await settle(rig)
    expect(calls).toBe(2)
    takeAway[0]?.()
    takeAway[0]?.()
    say(rig, 3, 'ACME 2')
    await settle(rig)
    expect(calls).toBe(3)
  })

  it('reports a listener that throws, and calls the others all the same', async () => {
    const { rig, channel } = start()
    const { get, subscribe } = latestValue(channel)
    const seen: unknown[] = []
    subscribe(() => {
      throw new Error('broken')
    })
    subscribe(() => seen.push(get()))
    accept(rig)
    say(rig, 0, 'ACME 1')
    await settle(rig)
    expect(seen).toEqual(['ACME 1'])
    expect(rig.errors).toMatchObject([{ code: 'HANDLER_FAILED', cause: { message: 'broken' } }])
    say(rig, 3, 'ACME 2')
    await settle(rig)
    expect(seen).toEqual(['ACME 1', 'ACME 2'])
  })

  it('reports a key that cannot be had, and keeps the others', () => {
    const { rig, channel } = start()
    const values = latestValue(channel, {
      keyOf(payload) {
        if (payload === null) throw new Error('no key')
        return keyOf(payload)
      },
    })
    accept(rig)
    say(rig, 0, 'ACME 1', null, 'INIT 1')
    expect([...values.get().keys()]).toEqual(['ACME', 'INIT'])
    expect(rig.errors).toMatchObject([{ code: 'HANDLER_FAILED' }])
  })

  it('keeps its value over a reconnect, and takes what changed meanwhile', async () => {
    const { rig, channel } = start()
    const { get } = latestValue(channel)
    accept(rig)
    say(rig, 0, 'ACME 1')
    await reconnect(rig)
    expect(get()).toBe('ACME 1')
    const since = { epoch, offset: 3 }
    expect(rig.link.acceptSubscribe({ position: since, recovered: true, top: 9 }).since).toEqual(
      since,
    )
    say(rig, 3, 'ACME 2')
    expect(get()).toBe('ACME 2')
  })

  it('drops the values of an old epoch with the first of the new one', async () => {
    const { rig, channel } = start()
    const gaps: unknown[] = []
    const { get } = latestValue(channel, { keyOf, onGap: ({ reason }) => gaps.push(reason) })
    accept(rig)
    say(rig, 0, 'ACME 1', 'INIT 1')
    await reconnect(rig)
    const position = { epoch: 'e2', offset: 0 }
    rig.link.acceptSubscribe({ position, recovered: false, reason: 'EPOCH_CHANGED' })
    expect([...get().keys()]).toEqual(['ACME', 'INIT'])
    say(rig, 0, 'ACME 2', 'LATE 1')
    expect([...get().keys()]).toEqual(['ACME', 'LATE'])
    expect(gaps).toEqual(['EPOCH_CHANGED'])
  })

  it('takes a gap for no loss', () => {
    const { rig, channel } = start()
    const { get } = latestValue(channel, { keyOf })
    accept(rig)
    say(rig, 0, 'ACME 1')
    const gap = { from: null, to: { epoch, offset: 6 }, missed: 1, reason: 'SLOW_READER' } as const
    rig.link.tell({ type: 'gap', channel: 'prices', ...gap })
    say(rig, 6, 'INIT 1')
    expect([...get().keys()]).toEqual(['ACME', 'INIT'])
    expect(rig.errors).toEqual([])
  })

  it('ends with dispose: keeps its value, and calls nobody', async () => {
    const { rig, channel } = start()
    const calls: unknown[] = []
    const value = latestValue(channel)
    value.subscribe(() => calls.push('called'))
    accept(rig)
    say(rig, 0, 'ACME 1')
    value.dispose()
    await settle(rig)
    expect(rig.link.take('unsubscribe').channel).toBe('prices')
    expect(value.get()).toBe('ACME 1')
    expect(calls).toEqual([])
  })

  it('ends with its signal, and with `using`', () => {
    const { rig, channel } = start()
    const controller = new AbortController()
    latestValue(channel, { keyOf, signal: controller.signal })
    controller.abort()
    rig.link.take('subscribe')
    rig.link.acceptUnsubscribe()
    {
      using value = latestValue(channel)
      expect(value.get()).toBeUndefined()
    }
    expect(rig.link.takeAll().map(({ type }) => type)).toEqual(['subscribe', 'unsubscribe'])
  })

  it('tells its end like any subscription', () => {
    const { rig, channel } = start()
    const ends: unknown[] = []
    latestValue(channel, { onEnd: ({ code }) => ends.push(code) })
    accept(rig)
    const end = { code: 'FORBIDDEN', message: 'no longer' } as const
    rig.link.tell({ type: 'unsubscribed', channel: 'prices', ...end })
    expect(ends).toEqual(['FORBIDDEN'])
  })
})
