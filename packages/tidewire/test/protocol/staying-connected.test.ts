import { describe, expect, test } from 'vitest'
import { type ChannelRule, ChannelRules } from '../../src/core/channel/rules.ts'
import type { Access } from '../../src/protocol/channel-types.ts'
import { namedUsers, openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

const ada = { type: 'auth', token: 'token of ada' }

/** PROTOCOL.md P-026 and P-027. */
describe('staying connected', () => {
  test('P-026 a renewal ends the subscriptions that are no longer allowed, and only those', async () => {
    const rules = new ChangingRules('members:board')
    const virtual = new VirtualHub({ auth: namedUsers, rules })
    const link = virtual.connect()
    await link.say(ada)
    await link.say({ type: 'subscribe', id: 1, channel: 'members:board' })
    await link.say({ type: 'subscribe', id: 2, channel: 'members:hall' })
    link.take()
    rules.access = 'nobody'
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
    const rules = new ChangingRules('members:board')
    const virtual = new VirtualHub({ auth: namedUsers, rules })
    const link = virtual.connect()
    await link.say(ada)
    await link.ask({ type: 'subscribe', id: 1, channel: 'members:board' })
    rules.access = 'nobody'
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
    await using server = await startServer({ auth: { mode: 'required' } })
    await using client = await connectRaw(server.url)
    client.send({ type: 'heartbeat' })
    expect(await client.closed()).toMatchObject({ code: 4001 })
  })
})

/** The usual rules, but who may subscribe to one channel changes while the server runs. */
class ChangingRules extends ChannelRules {
  readonly #channel: string
  access: Access = 'authenticated'

  constructor(channel: string) {
    super(openChannels)
    this.#channel = channel
  }

  override find(name: string): ReturnType<ChannelRules['find']> {
    const found = super.find(name)
    if (found === null || name !== this.#channel) return found
    return { ...found, rule: this.#changing(found.rule) }
  }

  #changing(rule: ChannelRule): ChannelRule {
    const access = () => this.access
    return {
      ...rule,
      get subscribe() {
        return access()
      },
    }
  }
}
