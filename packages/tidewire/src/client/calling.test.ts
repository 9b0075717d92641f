import { describe, expect, it } from 'vitest'
import { reconnect, redial, startClient, startOnline } from '../../test/support/client-rig.ts'

describe('P-024 a call', () => {
  it('resolves with what the method answers', async () => {
    const { client, link } = startOnline()
    const called = client.call('sum', { a: 1, b: 2 })
    const { id = 0, ...frame } = link.take('call')
    expect(frame).toEqual({ type: 'call', method: 'sum', payload: { a: 1, b: 2 } })
    link.tell({ type: 'result', id, payload: 3 })
    expect(await called).toBe(3)
  })

  it('needs no payload, and may be answered with nothing', async () => {
    const { client, link } = startOnline()
    const called = client.call('now')
    const { id = 0, ...frame } = link.take('call')
    expect(frame).toEqual({ type: 'call', method: 'now' })
    link.tell({ type: 'result', id, payload: null })
    expect(await called).toBeNull()
  })

  it('rejects with the code of the server', async () => {
    const { client, link } = startOnline()
    const called = client.call('nothing')
    const refusal = { code: 'UNKNOWN_METHOD', message: 'no handler' } as const
    link.tell({ type: 'error', id: link.take('call').id ?? 0, ...refusal })
    await expect(called).rejects.toMatchObject(refusal)
  })

  it('gets the answer to its own question', async () => {
    const { client, link } = startOnline()
    const calls = ['a', 'b'].map((method) => client.call(method))
    const ids = [link.take('call').id ?? 0, link.take('call').id ?? 0]
    link.tell({ type: 'result', id: ids[1] ?? 0, payload: 'to b' })
    link.tell({ type: 'result', id: 'unknown', payload: 'to nobody' })
    link.tell({ type: 'result', id: ids[0] ?? 0, payload: 'to a' })
    expect(await Promise.all(calls)).toEqual(['to a', 'to b'])
  })

  it('is sent once: it rejects when the connection breaks before the answer', async () => {
    const rig = startOnline()
    const rejection = expect(rig.client.call('pay', 5)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    })
    await reconnect(rig)
    await rejection
    expect(rig.link.takeAll()).toEqual([])
  })

  it('waits for the connection, in its order', async () => {
    const rig = startOnline()
    rig.link.drop()
    rig.client.call('first').catch(() => undefined)
    rig.client
      .channel('log:a')
      .publish('second')
      .catch(() => undefined)
    const link = await redial(rig)
    link.greet()
    expect(link.takeAll()).toMatchObject([{ method: 'first' }, { payload: 'second' }])
  })

  it('rejects when no answer comes in time', async () => {
    const { client, clock, link } = startClient({ requestTimeoutMs: 1_000 })
    const rejection = expect(client.call('slow')).rejects.toMatchObject({ code: 'TIMEOUT' })
    await clock.advance(1_000)
    await rejection
    link.greet()
    expect(link.takeAll()).toEqual([])
  })

  it('ends by its signal, and is not sent when that was aborted before', async () => {
    const { client, link } = startOnline()
    const controller = new AbortController()
    const called = client.call('slow', null, { signal: controller.signal })
    controller.abort('never mind')
    await expect(called).rejects.toMatchObject({ code: 'ABORTED', cause: 'never mind' })
    link.takeAll()
    const late = client.call('slow', null, { signal: controller.signal })
    await expect(late).rejects.toMatchObject({ code: 'ABORTED' })
    expect(link.takeAll()).toEqual([])
  })

  it('rejects a payload JSON cannot hold with a TypeError', async () => {
    const { client, link } = startOnline()
    await expect(client.call('sum', 1n)).rejects.toThrow(TypeError)
    expect(link.takeAll()).toEqual([])
  })

  it('rejects once the client has ended', async () => {
    const { client } = startOnline()
    const open = client.call('slow')
    client.dispose()
    await expect(open).rejects.toMatchObject({ code: 'DISPOSED' })
    await expect(client.call('slow')).rejects.toMatchObject({ code: 'DISPOSED' })
  })
})
