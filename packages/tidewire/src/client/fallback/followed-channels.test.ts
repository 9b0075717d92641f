import { describe, expect, test } from 'vitest'
import type { ServerFrame, SubscribeFrame } from '../../protocol/frames.ts'
import { FollowedChannels } from './followed-channels.ts'

const at = (offset: number, epoch = 'e1') => ({ epoch, offset })

function subscribe(channel: string, more: Partial<SubscribeFrame> = {}): SubscribeFrame {
  return { type: 'subscribe', id: 7, channel, ...more }
}

/** Follows `log:a`, accepted at an offset; null on a channel without history. */
function following(offset: number | null): FollowedChannels {
  const channels = new FollowedChannels()
  channels.follow(subscribe('log:a', { last: 5 }))
  const position = offset === null ? null : at(offset)
  channels.take({ type: 'ack', id: 7, channel: 'log:a', position })
  return channels
}

describe('the channels a link follows', () => {
  test('are asked for as the client asked, until that was answered', () => {
    const channels = new FollowedChannels()
    const frame = subscribe('log:a', { since: at(3), last: 2 })
    channels.follow(frame)
    expect(channels.frames).toEqual([frame])
    expect(channels.isAwaited).toBe(true)
    const ack: ServerFrame = {
      type: 'ack',
      id: 7,
      channel: 'log:a',
      position: at(9),
      recovered: true,
    }
    expect(channels.take(ack)).toBe(ack)
    expect(channels.isAwaited).toBe(false)
    // Recovered: what was missed is still to come, so it stands where it stood.
    expect(channels.frames).toEqual([
      { type: 'subscribe', id: '7', channel: 'log:a', since: at(3) },
    ])
  })

  test.each<[string, ServerFrame, number]>([
    ['an event', { type: 'message', channel: 'log:a', offset: 4, payload: 0 }, 4],
    [
      'a batch',
      {
        type: 'batch',
        channel: 'log:a',
        count: 2,
        events: [
          { offset: 4, payload: 0 },
          { offset: 5, payload: 0 },
        ],
      },
      5,
    ],
    [
      'a gap',
      {
        type: 'gap',
        channel: 'log:a',
        from: at(3),
        to: at(8),
        missed: 5,
        reason: 'SLOW_READER',
      },
      8,
    ],
  ])('are gone on with after %s', (_what, frame, offset) => {
    const channels = following(3)
    expect(channels.take(frame)).toBe(frame)
    expect(channels.frames).toMatchObject([{ since: at(offset) }])
    expect(channels.frames[0]).not.toHaveProperty('last')
  })

  test('a client hears nothing of a subscription that goes on', () => {
    const channels = following(3)
    const ack: ServerFrame = {
      type: 'ack',
      id: '7',
      channel: 'log:a',
      position: at(9),
      recovered: true,
    }
    expect(channels.take(ack)).toBeNull()
    expect(channels.frames).toMatchObject([{ since: at(3) }])
  })

  test('a client is told of what cannot be had any more', () => {
    const channels = following(3)
    const ack: ServerFrame = {
      type: 'ack',
      id: '7',
      channel: 'log:a',
      position: at(9),
      recovered: false,
      reason: 'HISTORY_TRIMMED',
    }
    expect(channels.take(ack)).toEqual({
      type: 'gap',
      channel: 'log:a',
      from: at(3),
      to: at(9),
      missed: null,
      reason: 'HISTORY_TRIMMED',
    })
    expect(channels.frames).toMatchObject([{ since: at(9) }])
  })

  test('a client is told that a channel keeps nothing for the time between two requests', () => {
    const channels = following(null)
    expect(channels.frames[0]?.since).toBeUndefined()
    expect(channels.take({ type: 'message', channel: 'log:a', payload: 0 })).not.toBeNull()
    const ack: ServerFrame = { type: 'ack', id: '7', channel: 'log:a', position: null }
    expect(channels.take(ack)).toMatchObject({
      type: 'gap',
      from: null,
      to: null,
      reason: 'NO_HISTORY',
    })
  })

  test('an answer to a subscription that was given up is for nobody', () => {
    const channels = following(3)
    channels.drop('log:a')
    expect(channels.take({ type: 'ack', id: '7', channel: 'log:a', position: at(3) })).toBeNull()
    channels.follow(subscribe('log:a', { id: 8 }))
    expect(channels.take({ type: 'ack', id: 7, channel: 'log:a', position: at(3) })).toBeNull()
    expect(channels.isAwaited).toBe(true)
  })

  test.each<ServerFrame>([
    { type: 'message', channel: 'log:a', offset: 4, payload: 0 },
    { type: 'batch', channel: 'log:a', count: 1, events: [{ offset: 4, payload: 0 }] },
    { type: 'gap', channel: 'log:a', from: at(3), to: at(8), missed: 5, reason: 'SLOW_READER' },
    { type: 'unsubscribed', channel: 'log:a', code: 'FORBIDDEN', message: '' },
  ])('$type of a subscription that was given up is for nobody', (frame) => {
    const channels = following(3)
    channels.drop('log:a')
    expect(channels.take(frame)).toBeNull()
    expect(channels.frames).toEqual([])
    const again = subscribe('log:a', { id: 8, since: at(3) })
    channels.follow(again)
    expect(channels.take(frame)).toBeNull()
    expect(channels.frames).toEqual([again])
  })

  test('a refusal goes to the client, and the channel is not asked for again', () => {
    const channels = new FollowedChannels()
    channels.follow(subscribe('secret'))
    const error: ServerFrame = { type: 'error', id: 7, code: 'FORBIDDEN', message: 'no' }
    expect(channels.take(error)).toBe(error)
    expect(channels.frames).toEqual([])
    channels.follow(subscribe('busy'))
    const passing: ServerFrame = { type: 'error', id: 7, code: 'BROKER_UNAVAILABLE', message: '' }
    expect(channels.take(passing)).toBe(passing)
  })

  test('a refusal of what went on is the end of the subscription', () => {
    const channels = following(3)
    const error: ServerFrame = { type: 'error', id: '7', code: 'FORBIDDEN', message: 'no' }
    expect(channels.take(error)).toEqual({
      type: 'unsubscribed',
      channel: 'log:a',
      code: 'FORBIDDEN',
      message: 'no',
    })
    expect(channels.frames).toEqual([])
  })

  test.each(['BROKER_UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'] as const)(
    'a refusal for now, %s, is no end: the link is',
    (code) => {
      const channels = following(3)
      expect(channels.take({ type: 'error', id: '7', code, message: 'later' })).toBe('lost')
      expect(channels.frames).toHaveLength(1)
    },
  )

  test('what the server ends is not asked for again, and what is of no channel passes', () => {
    const channels = following(3)
    const end: ServerFrame = {
      type: 'unsubscribed',
      channel: 'log:a',
      code: 'FORBIDDEN',
      message: '',
    }
    expect(channels.take(end)).toBe(end)
    expect(channels.frames).toEqual([])
    const stray: ServerFrame = { type: 'error', code: 'INTERNAL', message: '' }
    expect(channels.take(stray)).toBe(stray)
  })
})
