import { describe, expect, test } from 'vitest'
import { following, hello } from '../../../test/support/http-link-rig.ts'

describe.each(['stream', 'poll'] as const)(
  'a link whose client wants signs of life, over a %s',
  (way) => {
    test('asks for one beside the request that stays', async () => {
      const { clock, server, heard, send } = await following(way)
      const staying = server.newest
      for (const _ of [1, 2, 3]) {
        await clock.advance(6_000)
        const { length } = heard
        await send({ type: 'heartbeat' })
        expect([server.newest.frames, server.newest.query.get('waitMs')]).toEqual([[], '0'])
        server.newest.tell(hello)
        server.newest.end()
        expect(heard.slice(length)).toEqual([{ type: 'heartbeat', time: 0 }])
      }
      expect(staying.isGivenUp).toBe(false)
    })

    test('does not when that one has to say something itself, for it may be dead alone', async () => {
      const { clock, server, send } = await following(way)
      const staying = server.newest
      await clock.advance(20_000)
      await send({ type: 'heartbeat' })
      expect(server.newest).toBe(staying)
    })

    test('knows by whatever that one says that it lives', async () => {
      const { clock, server, send } = await following(way)
      const staying = server.newest
      await clock.advance(15_000)
      staying.tell({ type: 'heartbeat', time: 1 })
      await clock.advance(15_000)
      await send({ type: 'heartbeat' })
      expect(server.newest).not.toBe(staying)
      expect(server.newest.frames).toEqual([])
    })

    test('gives that one its time anew when it is replaced', async () => {
      const { clock, server, send } = await following(way)
      for (const id of [2, 3]) {
        await clock.advance(15_000)
        await send({ type: 'unsubscribe', id, channel: 'log:other' })
      }
      await send({ type: 'heartbeat' })
      expect(server.newest.frames).toEqual([])
    })

    test('ends when others are answered and that one is not', async () => {
      const { clock, server, send, closes } = await following(way)
      await clock.advance(40_000)
      await send({ type: 'publish', id: 2 }, { type: 'publish', id: 3 })
      server.newest.tell({ type: 'ack', id: 2 }, { type: 'ack', id: 3 })
      server.newest.end()
      await clock.advance(1)
      expect(closes).toEqual([])
      await send({ type: 'publish', id: 4 })
      server.newest.tell({ type: 'ack', id: 4 })
      server.newest.end()
      await clock.advance(0)
      expect(closes).toEqual([[4010, '']])
    })
  },
)
