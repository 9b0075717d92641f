import type { AnyChannels, Client } from '../../src/client/client.ts'
import type { Dial } from '../../src/client/dial.ts'
import { type ClientOptions, connect, httpFallback } from '../../src/client/node.ts'

/**
 * Every way a client can take to a server. What is promised is promised over all
 * of them, so the tests of the client run over each.
 */
export const ways = ['websocket', 'sse', 'long-poll'] as const

export type Way = (typeof ways)[number]

/** Connects over one way: to any other than WebSocket because that is blocked. */
export function connectOver(way: Way, url: string, options: ClientOptions = {}): Client {
  if (way === 'websocket') return connect<AnyChannels>(url, options)
  const dial = httpFallback({ webSocket: blocked, ways: [way] })
  return connect<AnyChannels>(url, { dial, ...options })
}

/** What a WebSocket is behind a proxy that drops upgrades. */
export const blocked: Dial = (_url, _protocols, { onClose }) => {
  const timer = setTimeout(() => onClose(1006, ''))
  return {
    send() {
      throw new Error('nothing is sent over what never opened')
    },
    close: () => clearTimeout(timer),
  }
}
