import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'

/** Asks for a path with Node's own client; with `isUpgrade`, as a WebSocket handshake. */
export function askHttp(port: number, path: string, options: AskOptions = {}): Promise<Answer> {
  const { ca, isUpgrade = false } = options
  const request = ca === undefined ? requestPlain : requestSecure
  const headers = isUpgrade ? handshakeHeaders : {}
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, headers, ca, agent: false })
    asking.once('error', reject)
    asking.once('upgrade', (_response, socket) => {
      socket.destroy()
      resolve({ status: 101, body: '' })
    })
    asking.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
      })
    })
    asking.end()
  })
}

export interface AskOptions {
  /** Speak TLS and trust this, in PEM. */
  readonly ca?: string | undefined
  readonly isUpgrade?: boolean
}

export interface Answer {
  readonly status: number
  readonly body: string
}

const handshakeHeaders = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
