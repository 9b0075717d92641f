import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'

/** A request that came over no network: for tests of what looks at one. */
export function bareRequest(options: BareRequestOptions = {}): IncomingMessage {
  const { headers = {}, remoteAddress, url = '/ws' } = options
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress })
  const request = new IncomingMessage(socket)
  request.method = 'GET'
  request.url = url
  Object.assign(request.headers, headers)
  return request
}

export interface BareRequestOptions {
  /** By name in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: none, as of a socket that is gone. */
  readonly remoteAddress?: string
  /** The request target. Default `/ws`. */
  readonly url?: string
}
