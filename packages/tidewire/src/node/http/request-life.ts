import type { ServerResponse } from 'node:http'
import { onSocketEnd } from '../../transports/http/socket-end.ts'
import type { PlaceHolder } from '../room.ts'

/**
 * A request from its arrival until it was answered or its client left: for as
 * long it counts as a connection. Not its socket, which proxies keep and give to
 * the requests of other clients.
 */
export class RequestLife implements PlaceHolder {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get destroyed(): boolean {
    return this.#response.req.socket.destroyed
  }

  on(_event: 'close', callback: () => void): void {
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      forgetSocket()
      callback()
    }
    // A response that waits behind another one does not tell when both are lost.
    const forgetSocket = onSocketEnd(this.#response.req.socket, end)
    this.#response.once('close', end)
  }
}
