import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Why an upgrade is refused before 101 (P-004). */
export interface UpgradeRefusal {
  readonly status: 400 | 401 | 403 | 404 | 426 | 429 | 503
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers an upgrade request with a JSON body and ends the socket. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const { status, code, message, headers } = refusal
  const body = JSON.stringify({ code, message })
  const fields = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  // A peer that never closes its side would keep the socket.
  socket.once('finish', () => socket.destroy())
}
