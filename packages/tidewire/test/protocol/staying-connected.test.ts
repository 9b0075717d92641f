import { describe, expect, test } from 'vitest'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import { namedUsers, openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

const ada = { type: 'auth', token: 'token of ada' }

/** PROTOCOL.md P-026 and P-027. */
describe('staying connected', () => {
  test('P-026 a renewal ends the subscriptions that are no longer allowed, and only those', async () => {
    const board = new Set(['ada'])
    const virtual = new VirtualHub({ auth: namedUsers, rules: rulesWith(board) })
    const link = virtual.connect()
    await link.say(ada)
    await link.say({ type: 'subscribe', id: 1, channel: 'members:board' })
    await link.say({ type: 'subscribe', id: 2, channel: 'members:hall' })
    link.take()
    board.clear()
    expect(await link.ask(ada)).toEqual([
      { type: 'auth_ack', userId: 'ada' },
      {
        type: 'unsubscribed',
        channel: 'members:board',
        code: 'FORBIDDEN',
        message: expect.any(String),
      },
    ])
    await virtual.hub.publish('members:board', 'for the board')
    await virtual.hub.publish('members:hall', 'for all')
    await virtual.clock.advance(0)
    expect(link.frames()).toMatchObject([{ type: 'message', channel: 'members:hall' }])
    const again = await link.ask({ type: 'unsubscribe', id: 3, channel: 'members:board' })
    expect(again).toMatchObject([{ code: 'NOT_SUBSCRIBED' }])
  })

  test('P-026 a refused renewal ends no subscription', async () => {
    const board = new Set(['ada'])
    const virtual = new VirtualHub({ auth: namedUsers, rules: rulesWith(board) })
    const link = virtual.connect()
    await link.say(ada)
    await link.ask({ type: 'subscribe', id: 1, channel: 'members:board' })
    board.clear()
    const answers = await link.ask({ type: 'auth', token: 'stolen' })
    expect(answers).toMatchObject([{ code: 'INVALID_TOKEN' }])
  })

  test('P-027 a heartbeat is answered with the time of the server', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    const before = Date.now()
    const answer = await client.ask({ type: 'heartbeat' })
    expect(answer).toEqual({ type: 'heartbeat', time: expect.any(Number) })
    const time = answer.type === 'heartbeat' ? answer.time : 0
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })

  test('P-027 a heartbeat needs an identity like any other frame', async () => {
    await using server = await startServer({ auth: { ...namedUsers, mode: 'required' } })
    await using client = await connectRaw(server.url)
    client.send({ type: 'heartbeat' })
    expect(await client.closed()).toMatchObject({ code: 4001 })
  })
})

/** The usual rules, and a board whose members change while the server runs. */
function rulesWith(board: ReadonlySet<string>): ChannelRules {
  return new ChannelRules({
    ...openChannels,
    'members:board': { canSubscribe: ({ user }) => user !== null && board.has(user.userId) },
  })
}
