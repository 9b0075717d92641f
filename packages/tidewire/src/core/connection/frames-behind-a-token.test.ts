import { describe, expect, it } from 'vitest'
import { SlowStrategy } from '../../../test/engine/slow-strategy.ts'
import { startEngine } from '../../../test/engine/start-engine.ts'

const beat = { type: 'heartbeat' } as const

describe('frames that follow a token', () => {
  it('wait until it was verified, and are answered in their order', async () => {
    const strategy = new SlowStrategy()
    const { clock, connect } = startEngine({ need: 'required', strategies: [strategy] })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada', id: 'a' })
    peer.send([
      { type: 'subscribe', id: 1, channel: 'nowhere' },
      { type: 'unsubscribe', id: 2, channel: 'open:1' },
    ])
    peer.sendData('{"type":"shout","id":3}')
    await clock.advance(100)
    expect(peer.frames.length).toBe(1)
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'auth_ack', id: 'a' },
      { id: 1, code: 'FORBIDDEN' },
      { id: 2, code: 'NOT_SUBSCRIBED' },
      { id: 3, code: 'UNKNOWN_TYPE' },
    ])
  })

  it('go nowhere when it is refused', async () => {
    const strategy = new SlowStrategy()
    const { clock, broker, connect } = startEngine({ strategies: [strategy] })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada' })
    peer.send({ type: 'publish', channel: 'open:1', payload: 1 })
    strategy.refuse()
    await clock.advance(0)
    expect(peer.closed?.code).toBe(4003)
    expect((await broker.read('open:1', {})).topOffset).toBe(0)
  })

  it('wait again behind a second token among them', async () => {
    const strategy = new SlowStrategy()
    const { clock, connect } = startEngine({ need: 'required', strategies: [strategy] })
    const peer = connect()
    peer.send([{ type: 'auth', token: 'ada' }, beat, { type: 'auth', token: 'ada again' }, beat])
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.frames.slice(1).map(({ type }) => type)).toEqual(['auth_ack', 'heartbeat'])
    expect(strategy.asked).toEqual(['ada', 'ada again'])
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.frames.slice(3)).toMatchObject([
      { type: 'auth_ack', userId: 'ada' },
      { type: 'heartbeat' },
    ])
  })

  it('stop the link when they are many, and none is lost', async () => {
    const strategy = new SlowStrategy()
    const { clock, connect } = startEngine({ need: 'required', strategies: [strategy] })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada' })
    const ids = Array.from({ length: 150 }, (_, id) => id)
    for (const id of ids) {
      peer.send({ type: 'unsubscribe', id, channel: 'open:1' })
      expect(peer.isPaused).toBe(id >= 63)
    }
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.isPaused).toBe(false)
    const answers = peer.frames.slice(2)
    expect(answers.map((frame) => ('id' in frame ? frame.id : null))).toEqual(ids)
  })
})
