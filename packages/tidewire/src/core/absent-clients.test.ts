import { expect, it } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { AbsentClients } from './absent-clients.ts'

const connectionId = 'c-1'
const linkId = 'link:a-secret-of-its-client'

it.each([
  ['a poll of a link', { linkId, transport: 'long-poll' }, 1_000],
  ['a single request of a link', { linkId, transport: 'http' }, 1_000],
  ['a stream of a link', { linkId, transport: 'sse' }, 0],
  ['a request of nobody in particular', { linkId: connectionId, transport: 'http' }, 0],
  ['a WebSocket', { linkId: connectionId, transport: 'websocket' }, 0],
] as const)('a client may be back after %s: %o, within %i ms', (_, ended, leftMs) => {
  const absent = new AbsentClients(new VirtualClock())
  absent.onEnd({ connectionId, ...ended })
  expect(absent.leftMs).toBe(leftMs)
})

it('clients are waited for until the last of them may be back', async () => {
  const clock = new VirtualClock()
  const absent = new AbsentClients(clock)
  expect(absent.leftMs).toBe(0)
  absent.onEnd({ connectionId, linkId, transport: 'long-poll' })
  await clock.advance(600)
  absent.onEnd({ connectionId, linkId, transport: 'long-poll' })
  absent.onEnd({ connectionId, linkId: connectionId, transport: 'websocket' })
  await clock.advance(600)
  expect(absent.leftMs).toBe(400)
  await clock.advance(400)
  expect(absent.leftMs).toBe(0)
})
