import { WebSocket } from 'ws'
import {
  type Client,
  connect,
  type Dial,
  type HttpWay,
  httpFallback,
} from '../../src/client/node.ts'
import { webSocketDial } from '../../src/client/web-socket-dial.ts'
import { blocked, type Way } from './ways.ts'

/**
 * A client that counts its connections, for what may never leave one without:
 * another server that drains (P-061).
 */
export interface CountedClient extends AsyncDisposable {
  readonly client: Client
  /** Every state since the first. */
  readonly states: readonly string[]
  /** Why WebSockets did not open. */
  readonly refusals: readonly string[]
  /** The fewest connections it had at a time since it had one. */
  fewest(): number
}

/** Connects. Polls go to another node by themselves: all of them are one connection. */
export function startCounted(way: Way, url: string): CountedClient {
  const refusals: string[] = []
  const { dial, fewest } = counted(way === 'websocket' ? overWebSocket(refusals) : overHttp(way))
  const client = connect(url, {
    dial,
    minDelayMs: 20,
    maxDelayMs: 50,
    connectTimeoutMs: patienceMs,
  })
  const states: string[] = []
  client.on('state', ({ kind }) => states.push(kind))
  return {
    client,
    states,
    refusals,
    fewest,
    [Symbol.asyncDispose]: async () => client.dispose(),
  }
}

/** What is followed. The slower the machine, the more is published while somebody moves. */
export const followedChannels = {
  'log:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    history: { size: 100_000, bytes: 100_000_000 },
  },
} as const

/** Follows `log:a`: every offset a client is given, and whatever it is told beside. */
export async function follow(client: Client): Promise<Followed> {
  const offsets: (number | undefined)[] = []
  const told: unknown[] = []
  client.on('error', (error) => told.push(error))
  await client.channel('log:a').subscribe(({ offset }) => offsets.push(offset), {
    onGap: (gap) => told.push(gap),
    onRecovered: (recovered) => told.push(recovered),
  }).ready
  return { offsets, told }
}

/** What a reader has been given. */
export interface Followed {
  readonly offsets: readonly (number | undefined)[]
  /** Errors, gaps and recoveries. */
  readonly told: readonly unknown[]
}

/** Runs something every few ms until it is stopped. */
export function paced(run: () => unknown, everyMs = 5): () => void {
  const timer = setInterval(run, everyMs)
  return () => clearInterval(timer)
}

function counted(platform: Dial): { readonly dial: Dial; fewest(): number } {
  const open = new Set<unknown>()
  let fewest = Number.POSITIVE_INFINITY
  const close = (token: unknown) => {
    if (open.delete(token)) fewest = Math.min(fewest, open.size)
  }
  const dial: Dial = (url, protocols, handlers) => {
    const token = {}
    const link = platform(url, protocols, {
      onMessage(data) {
        open.add(token)
        handlers.onMessage(data)
      },
      onClose(code, reason) {
        close(token)
        handlers.onClose(code, reason)
      },
    })
    return {
      send: (text) => link.send(text),
      close(code, reason) {
        close(token)
        link.close(code, reason)
      },
    }
  }
  return { dial, fewest: () => fewest }
}

function overWebSocket(refusals: string[]): Dial {
  return webSocketDial((url, protocols) => {
    const socket = new WebSocket(url, [...protocols])
    socket.on('error', ({ message }) => refusals.push(message))
    return socket
  })
}

function overHttp(way: HttpWay): Dial {
  return httpFallback({ webSocket: blocked, ways: [way], openTimeoutMs: patienceMs })
}

// A machine that is busy with others may not be the reason for a new attempt.
const patienceMs = 60_000
