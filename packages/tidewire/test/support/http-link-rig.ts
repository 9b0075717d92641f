import { HttpLink } from '../../src/client/fallback/http-link.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { ScriptedPost } from './scripted-post.ts'

/**
 * One link over plain HTTP between a client and a server that both do what a test
 * tells them, in virtual time.
 */

/** What a server says first. */
export const hello = { type: 'connected', connectionId: 'c-1', heartbeatMs: 20_000 }

/** A position in `log:a`. */
export const at = (offset: number) => ({ epoch: 'e1', offset })

/** A link whose first request is on its way. */
export async function rig(way: 'stream' | 'poll') {
  const clock = new VirtualClock()
  const server = new ScriptedPost()
  const heard: object[] = []
  const closes: (readonly [number, string])[] = []
  const link = new HttpLink(
    {
      post: server.post,
      clock,
      url: 'http://server.test/api/frames?tenant=a',
      headers: { 'Tidewire-Link': 'secret' },
      isStream: way === 'stream',
    },
    {
      onMessage: (data) => heard.push(JSON.parse(String(data))),
      onClose: (code, reason) => closes.push([code, reason]),
    },
  )
  const send = (...frames: readonly object[]) => {
    for (const frame of frames) link.send(JSON.stringify(frame))
    return clock.advance(0)
  }
  await clock.advance(0)
  return { clock, server, link, heard, closes, send }
}

/** The same, and the server has said hello. */
export async function online(way: 'stream' | 'poll') {
  const all = await rig(way)
  all.server.newest.tell(hello)
  if (way === 'poll') all.server.newest.end()
  return all
}

/** The same, and it follows `log:a` from offset 3. */
export async function following(way: 'stream' | 'poll') {
  const all = await online(way)
  await all.send({ type: 'subscribe', id: 1, channel: 'log:a' })
  all.server.newest.tell(hello, { type: 'ack', id: 1, channel: 'log:a', position: at(3) })
  if (way === 'poll') all.server.newest.end()
  return all
}

/** The server's answer to who goes on where `following` stands. */
export const resumed = {
  type: 'ack',
  id: '1',
  channel: 'log:a',
  position: at(3),
  recovered: true,
  top: 3,
}
