import type { IncomingMessage } from 'node:http'
import type { Codec } from '../../protocol/codec.ts'
import type { UpgradeRefusal } from '../refuse-upgrade.ts'

/**
 * Whether an upgrade request is a WebSocket handshake this server takes.
 *
 * Checked before `ws` sees it, which answers in text of its own, takes HTTP/1.0
 * and knows no 426 for a version.
 */
export type HandshakeVerdict =
  | { readonly kind: 'accepted'; readonly codec: Codec }
  | { readonly kind: 'refused'; readonly refusal: UpgradeRefusal }

/** Looks at the request line and headers only. `choose` picks a codec from the offered subprotocols. */
export function checkHandshake(
  request: IncomingMessage,
  choose: (offered: ReadonlySet<string>) => Codec | undefined,
): HandshakeVerdict {
  const { method, headers, httpVersionMajor, httpVersionMinor } = request
  if (method !== 'GET') return malformed('a WebSocket handshake is a GET request')
  if (httpVersionMajor < 1 || (httpVersionMajor === 1 && httpVersionMinor < 1)) {
    return malformed('a WebSocket handshake needs HTTP/1.1')
  }
  if (headers.upgrade?.toLowerCase() !== 'websocket') return malformed('Upgrade is websocket')
  if (headers['sec-websocket-version'] !== '13') return unknownVersion
  if (!keyShape.test(headers['sec-websocket-key'] ?? '')) {
    return malformed('Sec-WebSocket-Key is 16 bytes in base64')
  }
  const offered = readSubprotocols(headers['sec-websocket-protocol'])
  if (offered === null) return malformed('Sec-WebSocket-Protocol is a list of distinct tokens')
  const codec = choose(offered)
  if (codec === undefined) return malformed('none of the offered subprotocols is known')
  return { kind: 'accepted', codec }
}

const none: ReadonlySet<string> = new Set()
const keyShape = /^[+/0-9A-Za-z]{22}==$/
const tokenShape = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

const unknownVersion: HandshakeVerdict = {
  kind: 'refused',
  refusal: {
    status: 426,
    code: 'UPGRADE_REQUIRED',
    message: 'Sec-WebSocket-Version is 13',
    headers: { 'Sec-WebSocket-Version': '13', Upgrade: 'websocket' },
  },
}

function malformed(message: string): HandshakeVerdict {
  return { kind: 'refused', refusal: { status: 400, code: 'BAD_REQUEST', message } }
}

function readSubprotocols(header: string | undefined): ReadonlySet<string> | null {
  if (header === undefined) return none
  const names = header.split(',').map((name) => name.trim())
  const distinct = new Set(names)
  const isList = names.every((name) => tokenShape.test(name)) && distinct.size === names.length
  return isList ? distinct : null
}
