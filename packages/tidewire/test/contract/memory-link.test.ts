import { describe, it } from 'vitest'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import {
  connectInMemory,
  type LinkUnderTest,
  linkContract,
  VirtualClock,
} from '../../src/testing/index.ts'

describe('a link in memory', () => {
  for (const { name, run } of linkContract(makeMemoryLink)) it(name, run)
})

async function makeMemoryLink(handler: LinkHandler): Promise<LinkUnderTest> {
  const clock = new VirtualClock()
  const links: Link[] = []
  const peer = connectInMemory(
    (link) => {
      links.push(link)
      return handler
    },
    { clock },
  )
  const [link] = links
  if (link === undefined) throw new Error('no link was made')
  return {
    link,
    peer: {
      get received() {
        return peer.texts
      },
      get closed() {
        return peer.closed
      },
      send: (text) => peer.sendData(text),
      stall: () => peer.stall(),
      drain: () => peer.drain(),
      close: () => peer.close(),
    },
    turn: () => clock.advance(0),
    passTime: (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => clock.advance(60_000),
  }
}
