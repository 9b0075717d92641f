import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClientRig, startClient, startOnline } from '../../test/support/client-rig.ts'

/** Online, subscribed to `log:a` and with a publish that has no answer. */
function startBusy(): ClientRig {
  const rig = startOnline()
  const channel = rig.client.channel('log:a')
  channel.subscribe(() => undefined, { onEnd: () => undefined, onGap: () => undefined })
  rig.link.acceptSubscribe({ position: { epoch: 'e1', offset: 0 } })
  channel.publish(1).catch(() => undefined)
  return rig
}

describe('what no frame is', () => {
  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['half of a frame', '{"type":"message","chan'],
    ['a number', '7'],
    ['null', 'null'],
    ['an object without a type', '{"channel":"log:a"}'],
    ['an array with something else in it', '[{"type":"heartbeat","time":1},2]'],
    ['an array of arrays', '[[{"type":"heartbeat","time":1}]]'],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['a batch without events', '{"type":"batch","channel":"log:a"}'],
    ['a batch of nothing', '{"type":"batch","channel":"log:a","count":1,"events":[null]}'],
    ['a hello without limits', '{"type":"connected","connectionId":"c"}'],
  ])('%s is told as an error, and the connection goes on', (_what, data) => {
    const { client, link, errors } = startBusy()
    const payloads: unknown[] = []
    client.channel('log:a').subscribe(({ payload }) => payloads.push(payload))
    link.tellRaw(data)
    expect(errors).toMatchObject([{ code: 'BAD_FRAME' }])
    link.tell({ type: 'message', channel: 'log:a', offset: 1, payload: 'alive' })
    expect(payloads).toEqual(['alive'])
    expect(client.state.kind).toBe('online')
  })

  it('is no frame of a type that is not known yet', () => {
    const { link, errors } = startBusy()
    link.tellRaw('{"type":"presence","channel":"log:a","joined":[]}')
    link.tellRaw('{"type":"toString"}')
    expect(errors).toEqual([])
  })

  it('is no frame that answers nobody', () => {
    const { link, errors } = startBusy()
    link.tell({ type: 'ack', id: 99, channel: 'log:a' })
    link.tell({ type: 'error', id: 'x', code: 'INTERNAL', message: 'of nobody' })
    link.tell({ type: 'unsubscribed', channel: 'log:b', code: 'FORBIDDEN', message: 'no' })
    link.tellRaw('{"type":"ack"}')
    expect(errors).toEqual([])
  })

  it('never throws and never ends the client, whatever the fields are', async () => {
    const types = [
      ...['connected', 'auth_ack', 'auth_expiring', 'ack', 'result', 'unsubscribed', 'message'],
      ...['batch', 'gap', 'heartbeat', 'error', 'drain', 'presence', 'constructor'],
    ]
    const field = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('log:a', 1, 2, 3, { epoch: 'e1', offset: 3 }),
    )
    const frame = fc.record(
      {
        type: fc.constantFrom(...types),
        id: field,
        channel: field,
        events: field,
        position: field,
        recovered: field,
        top: field,
        offset: field,
        prev: field,
        from: field,
        to: field,
        code: field,
        heartbeatMs: field,
        limits: field,
        auth: field,
      },
      { requiredKeys: ['type'] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), fc.boolean(), async (frames, busy) => {
        const { client, clock, link } = busy ? startBusy() : startClient()
        for (const each of frames) link.tellRaw(JSON.stringify(each))
        // A lie about the hello may end an attempt, and nothing more.
        if (client.state.kind === 'closed') expect(client.state.code).toBe(4001)
        client.dispose()
        await clock.advance(0)
        expect(clock.pendingTimers).toBe(0)
      }),
    )
  })
})
