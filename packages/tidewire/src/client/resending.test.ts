import { describe, expect, it } from 'vitest'
import { type ClientRig, reconnect, redial, startOnline } from '../../test/support/client-rig.ts'
import type { ScriptedLink } from '../../test/support/scripted-server.ts'
import type { AckFrame } from '../protocol/frames.ts'

const position = { epoch: 'e1', offset: 3 }

/** Publishes, and leaves every answer to the test. */
function publish({ client }: ClientRig, ...payloads: readonly unknown[]) {
  return payloads.map((payload) => {
    const published = client.channel('log:a').publish(payload)
    published.catch(() => undefined)
    return published
  })
}

function accept(link: ScriptedLink, ack: Partial<AckFrame> = {}): void {
  const { id = 0, channel = '' } = link.take('publish')
  link.tell({ type: 'ack', id, channel, ...ack })
}

function sent(link: ScriptedLink): readonly unknown[] {
  return link.takeAll().map(({ type, payload }) => payload ?? type)
}

describe('a publish whose answer was lost with the connection', () => {
  it('is sent again with its key, and resolves with what the server says then', async () => {
    const rig = startOnline()
    const [published] = publish(rig, { n: 1 })
    const first = rig.link.take('publish')
    await reconnect(rig)
    expect(rig.link.take('publish')).toEqual(first)
    rig.link.tell({
      type: 'ack',
      id: first.id ?? 0,
      channel: 'log:a',
      position,
      duplicate: true,
    })
    expect(await published).toEqual({ position, duplicate: true })
    expect(rig.errors).toEqual([])
  })

  it('comes in its order: after the subscriptions, before what was made later', async () => {
    const rig = startOnline()
    rig.client.channel('log:a').subscribe(() => undefined)
    publish(rig, 1, 2, 3)
    rig.link.acceptSubscribe()
    accept(rig.link)
    rig.link.drop()
    publish(rig, 4)
    const link = await redial(rig)
    publish(rig, 5)
    link.greet()
    publish(rig, 6)
    link.acceptSubscribe()
    for (const payload of [2, 3, 4, 5]) {
      const frame = link.take('publish')
      expect(frame.payload).toBe(payload)
      link.tell({ type: 'ack', id: frame.id ?? 0, channel: 'log:a' })
    }
    expect(sent(link)).toEqual([6])
  })

  it('is sent again as often as it takes', async () => {
    const rig = startOnline()
    const [published] = publish(rig, 1)
    for (let breaks = 0; breaks < 3; breaks += 1) {
      const link = await reconnect(rig)
      expect(sent(link)).toEqual([1])
    }
    await reconnect(rig)
    accept(rig.link, { position })
    expect(await published).toEqual({ position, duplicate: false })
  })

  it('is not sent again once it was answered, refused or given up', async () => {
    const rig = startOnline()
    const controller = new AbortController()
    const answered = publish(rig, 1, 2)
    const aborted = rig.client.channel('log:a').publish(3, { signal: controller.signal })
    const aborting = expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    accept(rig.link, { position })
    const refusal = { code: 'FORBIDDEN', message: 'no' } as const
    rig.link.tell({ type: 'error', id: rig.link.take('publish').id ?? 0, ...refusal })
    rig.link.drop()
    controller.abort()
    await aborting
    const link = await redial(rig)
    link.greet()
    expect(sent(link)).toEqual([])
    await expect(answered[1]).rejects.toMatchObject(refusal)
  })

  it('rejects once all of it has taken too long, and is sent no more', async () => {
    const rig = startOnline({ publishTimeoutMs: 2_000, minDelayMs: 500, maxDelayMs: 500 })
    const [published] = publish(rig, 1)
    const rejection = expect(published).rejects.toMatchObject({ code: 'TIMEOUT' })
    await reconnect(rig)
    await reconnect(rig)
    await rig.clock.advance(1_000)
    await rejection
    await reconnect(rig)
    expect(sent(rig.link)).toEqual([])
  })

  it('outlives a connection that died without a word', async () => {
    const rig = startOnline()
    const [published] = publish(rig, 1)
    await rig.clock.advance(50_000)
    expect(rig.client.state).toMatchObject({ kind: 'waiting', closeCode: 4010 })
    const link = await redial(rig)
    link.greet()
    accept(link, { position })
    expect(await published).toEqual({ position, duplicate: false })
  })

  it('rejects where the connection does not come back', async () => {
    const rig = startOnline()
    const [published] = publish(rig, 1)
    rig.link.drop(4006, 'kicked')
    await expect(published).rejects.toMatchObject({ code: 'CLOSED' })
    expect(rig.clock.pendingTimers).toBe(0)
  })
})
