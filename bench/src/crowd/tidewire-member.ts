import { connect, type Dial, type LinkHandlers } from 'tidewire/client'
import { WebSocket } from 'ws'
import { crowdToken } from '../servers/crowd-server.ts'
import type { BenchEvent } from '../servers/event.ts'
import type { Member, MemberOptions } from './member.ts'

/**
 * Tidewire's SDK as it comes. Only its sockets are opened here: each client has
 * an address, as in life, and what passes is watched for the moment in which a
 * connection is of use.
 */
export function tidewireMember(options: MemberOptions): Member {
  const { port, number, channels, witness, onGap } = options
  const client = connect(`ws://127.0.0.1:${port}/ws`, {
    token: () => crowdToken(number),
    dial: dialFor(options),
  })
  client.on('error', (error) => console.error(`client ${number}:`, error))
  const subscriptions = channels.map((name, channel) =>
    client.channel(name).subscribe(
      ({ payload }) => {
        // Only servers of the bench publish, and nothing else.
        const { at, seq } = payload as BenchEvent
        witness.take(channel, at, seq)
      },
      { onGap },
    ),
  )
  const ready = Promise.all(subscriptions.map((subscription) => subscription.ready))
  return { ready: ready.then(() => undefined), end: () => client.dispose() }
}

function dialFor({ localAddress, channels, reachability, onDial }: MemberOptions): Dial {
  return (url, protocols, handlers) => {
    onDial()
    const socket = new WebSocket(url, [...protocols], { localAddress })
    const usefulness = new Usefulness(channels.length, reachability)
    let refusal: string | null = null
    socket.on('message', (data) => {
      const text = data.toString()
      usefulness.look(text)
      handlers.onMessage(text)
    })
    socket.on('unexpected-response', (_request, response) => {
      refusal = `${response.statusCode} ${response.headers['retry-after'] ?? ''}`
      socket.terminate()
    })
    socket.on('close', (code, reason) => {
      usefulness.end()
      tellClose(handlers, { code, reason: reason.toString(), refusal })
    })
    socket.on('error', () => undefined)
    return {
      send: (text) => socket.send(text),
      close(code, reason) {
        usefulness.end()
        socket.close(code, reason)
      },
    }
  }
}

// As the SDK's own sockets for Node do: a 503 is as good as the close code 1013.
function tellClose(handlers: LinkHandlers, { code, reason, refusal }: SocketEnd): void {
  if (refusal === null) return handlers.onClose(code, reason)
  const [status, retryAfter = ''] = refusal.split(' ')
  const codes: Readonly<Record<string, number>> = { 429: 4012, 503: 1013 }
  const asked = retryAfter === '' ? '' : `; retryAfterMs=${Number(retryAfter) * 1_000}`
  handlers.onClose(codes[status ?? ''] ?? 1006, `refused with ${status}${asked}`)
}

interface SocketEnd {
  readonly code: number
  readonly reason: string
  readonly refusal: string | null
}

/** Whether a connection is of use: its token and all its subscriptions are accepted, and it is open. */
class Usefulness {
  readonly #reachability: MemberOptions['reachability']
  #missing: number
  #isOver = false

  constructor(subscriptions: number, reachability: MemberOptions['reachability']) {
    this.#reachability = reachability
    this.#missing = subscriptions
  }

  // A client without requests of its own gets an ack with a position for its
  // subscriptions only; they come after the one for the token.
  look(text: string): void {
    if (this.#missing === 0) return
    this.#missing -= text.split(/"type":"ack"[^}]*"position"/).length - 1
    if (this.#missing === 0 && !this.#isOver) this.#reachability.gain()
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#missing === 0) this.#reachability.lose()
  }
}
