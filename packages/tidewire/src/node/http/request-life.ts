import type { ServerResponse } from 'node:http'
import { onResponseEnd } from '../../transports/http/response-end.ts'
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
    onResponseEnd(this.#response, callback)
  }
}
