import { describe, expect, test } from 'vitest'
import { noRate } from '../support/no-rate.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer } from '../support/start-server.ts'

const required = { auth: { ...namedUsers, mode: 'required' } } as const
const optional = { auth: namedUsers } as const
const ada = { type: 'auth', id: 'a', token: 'token of ada' }

/** PROTOCOL.md, section 2: tokens on a live connection. */
describe('authentication', () => {
  test('P-010 a token is acknowledged with the user and the request id', async () => {
    await using server = await startServer(required)
    await using client = await connectRaw(server.url)
    expect(await client.ask(ada)).toEqual({ type: 'auth_ack', id: 'a', userId: 'ada' })
  })

  test('P-010 the ack has the id only when there was one, and when the token ends', async () => {
    const expiresAt = Date.now() + 3_600_000
    const verify = () => ({ userId: 'ada', expiresAt })
    await using server = await startServer({ auth: { verify } })
    await using client = await connectRaw(server.url)
    const answer = await client.ask({ type: 'auth', token: 'any' })
    expect(answer).toEqual({ type: 'auth_ack', userId: 'ada', expiresAt })
  })

  test('P-010 the same frame later on renews the token and disturbs no subscription', async () => {
    await using server = await startServer(required)
    await using client = await connectRaw(server.url)
    await client.ask(ada)
    await client.ask({ type: 'subscribe', id: 1, channel: 'members:lobby' })
    expect(await client.ask({ type: 'auth', token: 'token of ada' })).toEqual({
      type: 'auth_ack',
      userId: 'ada',
    })
    client.send({ type: 'publish', channel: 'members:lobby', payload: 1 })
    expect(await client.next('message')).toMatchObject({ offset: 1, from: 'ada' })
  })

  test('P-010 a token of another user is refused, and the old identity stays', async () => {
    await using server = await startServer(required)
    await using client = await connectRaw(server.url)
    await client.ask(ada)
    expect(await client.ask({ type: 'auth', id: 2, token: 'token of grace' })).toMatchObject({
      type: 'error',
      id: 2,
      code: 'INVALID_TOKEN',
    })
    await client.ask({ type: 'subscribe', id: 3, channel: 'members:lobby' })
    client.send({ type: 'publish', channel: 'members:lobby', payload: 1 })
    expect(await client.next('message')).toMatchObject({ from: 'ada' })
  })

  test('P-011 a verifier that never answers a renewal: INVALID_TOKEN, what waited goes on', async () => {
    let answers = 1
    const never = new Promise<null>(() => undefined)
    const verify = () => (answers-- > 0 ? { userId: 'ada' } : never)
    await using server = await startServer({
      auth: { mode: 'required', verify },
      limits: { authTimeoutMs: 1_000 },
    })
    await using client = await connectRaw(server.url)
    await client.ask(ada)
    client.send([{ type: 'auth', id: 2, token: 'renewed' }, { type: 'heartbeat' }])
    expect(await client.next()).toMatchObject({ type: 'error', id: 2, code: 'INVALID_TOKEN' })
    expect(await client.next()).toMatchObject({ type: 'heartbeat' })
  })

  test.each([
    ['a command', { type: 'heartbeat' }],
    ['a frame of no type', {}],
    ['a token that is not a text', { type: 'auth', token: 1 }],
    ['an array that begins with a command', [{ type: 'heartbeat' }, ada]],
  ])('P-011 %s before the token closes 4001', async (_, frame) => {
    await using server = await startServer(required)
    await using client = await connectRaw(server.url)
    client.send(frame)
    expect(await client.closed()).toMatchObject({ code: 4001 })
  })

  test('P-011 nothing within authTimeoutMs closes 4004', async () => {
    await using server = await startServer({ ...required, limits: { authTimeoutMs: 50 } })
    await using client = await connectRaw(server.url)
    expect(await client.closed()).toMatchObject({ code: 4004 })
  })

  test('P-011 a verifier that never answers closes 4004', async () => {
    const verify = () => new Promise<null>(() => undefined)
    await using server = await startServer({
      auth: { mode: 'required', verify },
      limits: { authTimeoutMs: 50 },
    })
    await using client = await connectRaw(server.url)
    client.send(ada)
    expect(await client.closed()).toMatchObject({ code: 4004 })
  })

  test.each([
    ['required', required],
    ['optional', optional],
  ])('P-011 a bad first token closes 4003 in mode %s', async (_, options) => {
    await using server = await startServer(options)
    await using client = await connectRaw(server.url)
    client.send({ type: 'auth', token: 'stolen' })
    expect(await client.closed()).toMatchObject({ code: 4003 })
  })

  test('P-011 a verifier that throws closes 4003, and its cause is in the log only', async () => {
    const { logger, lines } = recordingLogger()
    const verify = () => {
      throw new Error('the user database is down')
    }
    await using server = await startServer({ auth: { verify }, logger })
    await using client = await connectRaw(server.url)
    client.send(ada)
    const { code, reason } = await client.closed()
    expect(code).toBe(4003)
    expect(reason).not.toContain('database')
    expect(lines.join('\n')).toContain('the user database is down')
  })

  test('P-011 a bad renewal answers INVALID_TOKEN and the old identity stays', async () => {
    await using server = await startServer(required)
    await using client = await connectRaw(server.url)
    await client.ask(ada)
    expect(await client.ask({ type: 'auth', id: 2, token: 'stolen' })).toEqual({
      type: 'error',
      id: 2,
      code: 'INVALID_TOKEN',
      message: expect.any(String),
    })
    await client.ask({ type: 'subscribe', id: 3, channel: 'members:lobby' })
    client.send({ type: 'publish', channel: 'members:lobby', payload: 1 })
    expect(await client.next('message')).toMatchObject({ from: 'ada' })
  })

  test('P-011 frames that follow a token wait until it has been verified', async () => {
    await using server = await startServer(required)
    await using client = await connectRaw(server.url)
    client.send([
      ada,
      { type: 'publish', id: 1, channel: 'members:lobby', payload: 'first' },
      { type: 'auth', id: 'g', token: 'token of ada' },
      { type: 'publish', id: 2, channel: 'members:lobby', payload: 'second' },
    ])
    expect(await client.next('auth_ack')).toMatchObject({ id: 'a', userId: 'ada' })
    const both = [await client.next(), await client.next()]
    expect(both).toContainEqual(expect.objectContaining({ type: 'ack', id: 1 }))
    expect(both).toContainEqual({ type: 'auth_ack', id: 'g', userId: 'ada' })
    expect(await client.next('ack')).toMatchObject({ id: 2 })
    const kept = await client.ask({ type: 'history', id: 3, channel: 'members:lobby' })
    expect(kept).toMatchObject({ events: [{ from: 'ada' }, { from: 'ada' }] })
  })

  test('P-011 many frames behind a slow token are all carried out, in order', async () => {
    const gate = openGate()
    const verify = () => gate.opened.then(() => ({ userId: 'ada' }))
    const auth = { mode: 'required', verify } as const
    await using server = await startServer({ auth, limits: noRate })
    await using client = await connectRaw(server.url)
    client.send(ada)
    for (let id = 0; id < 500; id += 1) client.send({ type: 'call', id, method: 'none' })
    gate.open()
    await client.next('auth_ack')
    for (let id = 0; id < 500; id += 1) expect(await client.next('error')).toMatchObject({ id })
    await client.expectSilence()
  })

  test('P-012 without a token a connection may do what a channel allows anyone, no more', async () => {
    await using server = await startServer(optional)
    await using client = await connectRaw(server.url)
    const subscribe = (channel: string) => ({ type: 'subscribe', id: 1, channel })
    expect(await client.ask(subscribe('room:a'))).toMatchObject({ type: 'ack' })
    expect(await client.ask(subscribe('members:a'))).toMatchObject({ code: 'FORBIDDEN' })
    const publish = { type: 'publish', id: 2, channel: 'members:a', payload: 1 }
    expect(await client.ask(publish)).toMatchObject({ code: 'FORBIDDEN' })
    client.send({ type: 'publish', channel: 'room:a', payload: 1 })
    expect(await client.next('message')).not.toHaveProperty('from')
  })

  test('P-012 an anonymous connection may say who it is later', async () => {
    await using server = await startServer(optional)
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    expect(await client.ask(ada)).toMatchObject({ type: 'auth_ack', userId: 'ada' })
    client.send({ type: 'publish', channel: 'room:a', payload: 1 })
    expect(await client.next('message')).toMatchObject({ from: 'ada' })
  })

  test('P-014 a token appears in no answer, no close reason and no log line', async () => {
    const { logger, lines } = recordingLogger()
    const verify = (token: string) => {
      if (token === 'hunter2 broken') throw new Error('no')
      return token === 'hunter2 good' ? { userId: 'ada' } : null
    }
    await using server = await startServer({ auth: { verify }, logger })
    await using client = await connectRaw(server.url)
    const heard: unknown[] = [
      await client.ask({ type: 'auth', id: 1, token: 'hunter2 good' }),
      await client.ask({ type: 'auth', id: 2, token: 'hunter2 bad' }),
      await client.ask({ type: 'auth', id: 3, token: 'hunter2 broken' }),
    ]
    await using refused = await connectRaw(server.url)
    refused.send({ type: 'auth', token: 'hunter2 bad' })
    heard.push(await refused.closed())
    expect(JSON.stringify(heard)).not.toContain('hunter2')
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('\n')).not.toContain('hunter2')
  })
})

/** A promise that a test settles. */
function openGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
