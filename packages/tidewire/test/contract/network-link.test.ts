import { describe, it } from 'vitest'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import {
  type LinkPeer,
  type LinkUnderTest,
  linkContract,
  MemoryNetwork,
  VirtualClock,
} from '../../src/testing/index.ts'

describe('a link of the network in memory', () => {
  for (const { name, run } of linkContract(openNetworkLink)) it(name, run)
})

async function openNetworkLink(handler: LinkHandler): Promise<LinkUnderTest> {
  const clock = new VirtualClock()
  const network = new MemoryNetwork({ clock })
  const opened: Link[] = []
  network.listen('ws://tide/', (link) => {
    opened.push(link)
    return handler
  })
  const received: string[] = []
  let closed: LinkPeer['closed'] = null
  const client = network.dial('ws://tide/', [], {
    onMessage: (data) => received.push(String(data)),
    onClose: (code, reason) => {
      closed = { code, reason }
    },
  })
  await clock.advance(0)
  const [link] = opened
  const [wire] = network.links
  if (link === undefined || wire === undefined) throw new Error('no link was opened')
  return {
    link,
    peer: {
      received,
      get closed() {
        return closed
      },
      send: (text) => client.send(text),
      stall: () => wire.setReadingSpeed(0),
      drain: () => wire.setReadingSpeed(Number.POSITIVE_INFINITY),
      close: () => client.close(1000, ''),
    },
    turn: () => clock.advance(0),
    passTime: (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => clock.advance(60_000),
  }
}
