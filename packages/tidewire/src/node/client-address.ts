import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * The proxies in front of a server that are believed: who connected to them, and
 * under which host name.
 *
 * `X-Forwarded-For` is a list that every hop appends to, and that a client may
 * begin with whatever it likes. So it is read from the right, and only as far as
 * the hop that wrote an entry is trusted.
 */
export class TrustedProxies {
  /** Null: nobody is, and asking a list costs more than all the rest. */
  readonly #trusted: BlockList | null

  /**
   * @param proxies addresses, CIDR blocks, `loopback` or `private`
   * @throws TypeError for an entry that is none of them.
   */
  constructor(proxies: readonly string[] = []) {
    const trusted = new BlockList()
    for (const entry of proxies) {
      for (const block of namedBlocks.get(entry) ?? [entry]) addBlock(trusted, block)
    }
    this.#trusted = proxies.length > 0 ? trusted : null
  }

  /** The client's own address, as far as it can be known; `unknown` without any. */
  clientAddress({ headers, socket }: IncomingMessage): string {
    const { remoteAddress } = socket
    let address = addressIn(remoteAddress ?? '')
    if (address === null) return remoteAddress ?? 'unknown'
    if (this.#trusted === null) return address
    const hops = listIn(headers['x-forwarded-for'])
    while (this.#trusts(address)) {
      const before = addressIn(hops.pop() ?? '')
      if (before === null) break
      address = before
    }
    return address
  }

  /** The host name the client asked for; null when it named none. */
  requestedHost({ headers, socket }: IncomingMessage): string | null {
    const hop = addressIn(socket.remoteAddress ?? '')
    const forwarded = hop !== null && this.#trusts(hop) ? listIn(headers['x-forwarded-host']) : []
    return forwarded.pop() ?? headers.host ?? null
  }

  #trusts(address: string): boolean {
    if (this.#trusted === null) return false
    return this.#trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  }
}

const namedBlocks: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
])

function addBlock(list: BlockList, block: string): void {
  const [address = '', prefix, ...more] = block.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) throw notAProxy(block)
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (prefix === undefined) return list.addAddress(address, family)
  const bits = Number(prefix)
  if (!/^\d{1,3}$/.test(prefix) || bits > (version === 6 ? 128 : 32)) throw notAProxy(block)
  list.addSubnet(address, bits, family)
}

function notAProxy(entry: string): TypeError {
  return new TypeError(
    `trustProxy: ${JSON.stringify(entry)} is no address, CIDR block, "loopback" or "private"`,
  )
}

// Node joins what comes in several header lines, in their order.
function listIn(header: string | readonly string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** An address as it is compared and counted: without port, zone or IPv6 around an IPv4; null when it is none. */
function addressIn(text: string): string | null {
  const [, bracketed, dotted] = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/.exec(text) ?? []
  const address = (bracketed ?? dotted ?? text)
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIP(address) === 0 ? null : address
}
