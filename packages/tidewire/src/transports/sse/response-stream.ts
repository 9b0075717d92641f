import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { WireData } from '../../protocol/codec.ts'
import { onSocketEnd } from '../http/socket-end.ts'

/**
 * The body of a response as something that is written to for as long as its
 * client stays: knows when the network takes no more, and when nobody is there
 * any more. What is written is for the links that own it.
 */
export class ResponseStream {
  readonly #response: ServerResponse
  readonly #owner: StreamOwner
  readonly #wheel: Clock
  readonly #forgetSocket: () => void
  #state: 'unbegun' | 'open' | 'closing' | 'ended' = 'unbegun'
  #awaitsDrain = false
  #corks = 0
  #congestedBeats = 0
  #cancelGoodbye: CancelTimer | null = null

  constructor(response: ServerResponse, owner: StreamOwner, wheel: Clock) {
    this.#response = response
    this.#owner = owner
    this.#wheel = wheel
    this.#forgetSocket = onSocketEnd(response.req.socket, () => this.#end())
    response.on('error', ignoreError)
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** What was written and has not left the process. */
  get bufferedBytes(): number {
    return this.#response.writableLength
  }

  /** As much as it can usefully hold, in bytes. */
  get capacity(): number {
    return Math.max(congestedBytes, this.#response.writableHighWaterMark)
  }

  get isCongested(): boolean {
    return this.bufferedBytes >= this.capacity
  }

  /** Sends the head; from here on it can be written to. */
  begin(): void {
    const response = this.#response
    this.#state = 'open'
    keepOpen(response.req.socket)
    // Without chunks an event is one write; the stream ends with its socket.
    response.useChunkedEncodingByDefault = false
    response.writeHead(200, streamHeaders)
  }

  /** Answers how many bytes were written; 0, and nothing is done, while it is not open. */
  write(data: WireData): number {
    if (this.#state !== 'open') return 0
    if (data.length > 0) this.#response.write(data)
    if (this.isCongested) this.#offer()
    return Buffer.byteLength(data)
  }

  cork(): void {
    this.#corks += 1
    this.#response.cork()
  }

  /** Undoes one `cork`; one too many is nothing, as to Node's own streams. */
  uncork(): void {
    if (this.#corks === 0) return
    this.#corks -= 1
    this.#response.uncork()
    if (this.isCongested) this.#offer()
  }

  /**
   * Says that it lives. Whether the client still does only the network can tell:
   * one that for too long takes nothing is cut.
   */
  beat(sign: WireData): void {
    if (this.#state !== 'open') return
    this.#congestedBeats = this.isCongested ? this.#congestedBeats + 1 : 0
    if (this.#congestedBeats >= patientBeats) this.terminate()
    else if (!this.isCongested) this.write(sign)
  }

  /** Ends it after what was written; a peer that does not read must not hold it for long. */
  finish(): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    // Ended on a socket that is gone, a response says that it has finished. Where
    // one before it on that socket has not, Node takes that for a fault of its own
    // and ends the process: any client could, by pipelining.
    if (this.#response.socket?.destroyed === true) return this.terminate()
    this.#response.end()
    this.#cancelGoodbye = this.#wheel.after(goodbyeMs, () => this.terminate())
  }

  /** Cuts it at once. */
  terminate(): void {
    this.#response.destroy()
  }

  /** Gives the response, which was not begun, back to somebody else. */
  giveBack(): void {
    this.#forgetSocket()
    queueMicrotask(() => this.#end())
  }

  // A response holds back what it is given until the end of the turn. The network
  // has not refused that yet: only what it does not take makes a slow reader.
  #offer(): void {
    if (this.#corks > 0) return
    this.#response.socket?.uncork()
    if (this.isCongested && !this.#awaitsDrain) this.#awaitDrain()
  }

  #awaitDrain(): void {
    this.#awaitsDrain = true
    this.#response.once('drain', () => {
      this.#awaitsDrain = false
      this.#congestedBeats = 0
      if (this.#state !== 'ended') this.#owner.onDrain()
    })
  }

  #end(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#cancelGoodbye?.()
    this.#forgetSocket()
    this.#owner.onEnd()
  }
}

/** Whose stream it is. */
export interface StreamOwner {
  /** It was congested and can take more. */
  onDrain(): void
  /** It is gone, or somebody else's; called once. */
  onEnd(): void
}

const streamHeaders = {
  'Content-Type': 'text/event-stream',
  // Nobody on the way may keep, compress or gather it.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
}

const keepAliveMs = 30_000
const goodbyeMs = 3_000

/** Beats without a byte taken by a reader that has much to take. */
const patientBeats = 16

/** As for a WebSocket: a reader takes from the log what is beyond it. */
const congestedBytes = 32 * 1024

// A stream is silent for as long as nothing happens, whatever else the server
// allows its sockets; a peer that has vanished is for the network to find.
function keepOpen(socket: Socket): void {
  socket.setTimeout(0)
  socket.setKeepAlive(true, keepAliveMs)
}

function ignoreError(): void {
  // The socket closes by itself; there is nobody to tell.
}
