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
   * @throws TypeError for an entry that is none of them, or is as good as everybody.
   */
  constructor(proxies: readonly string[] = []) {
    if (!Array.isArray(proxies)) throw new TypeError(`trustProxy: a list is expected, ${entries}`)
    const trusted = new BlockList()
    for (const entry of proxies) {
      for (const block of namedBlocks.get(entry) ?? [entry]) addBlock(trusted, block)
    }
    this.#trusted = proxies.length > 0 ? trusted : null
  }

  /** The client's own address, as far as it can be known; `unknown` without any. */
  clientAddress({ headers, socket }: IncomingMessage): string {
    const { remoteAddress = 'unknown' } = socket
    // The kernel's own word: to check it costs more than all the rest.
    if (this.#trusted === null) return bareAddress(remoteAddress)
    let address = addressIn(remoteAddress)
    if (address === null) return remoteAddress
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
  if (prefix === undefined && unspecified.has(address)) throw notAProxy(block)
  if (prefix === undefined) return list.addAddress(address, family)
  const bits = Number(prefix)
  if (!/^\d{1,3}$/.test(prefix) || bits > (version === 6 ? 128 : 32)) throw notAProxy(block)
  if (bits < leastBits(address, family)) throw everybody(block)
  list.addSubnet(address, bits, family)
}

/** How much of an address a block has to name: what names less is no network of anybody's proxies. */
function leastBits(address: string, family: 'ipv4' | 'ipv6'): number {
  if (family === 'ipv4') return 8
  return nearZero.check(address, 'ipv6') ? 96 + 8 : 7
}

// Where IPv6 has all of IPv4 (::ffff:0:0/96), and no network of its own.
const nearZero = new BlockList()
nearZero.addSubnet('::', 8, 'ipv6')

// What a server listens on, and nobody connects from.
const unspecified: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

const entries = 'of addresses, CIDR blocks, "loopback" or "private"'

function notAProxy(entry: string): TypeError {
  return new TypeError(
    `trustProxy: ${JSON.stringify(entry)} is no address of a proxy, CIDR block, "loopback" or "private"`,
  )
}

function everybody(block: string): TypeError {
  return new TypeError(
    `trustProxy: ${JSON.stringify(block)} would let anybody claim any address; name the proxies themselves, or a block of /8 or more (IPv6: /7)`,
  )
}

// Node joins what comes in several header lines, in their order.
function listIn(header: string | readonly string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** An address as it is compared and counted, without its port; null when it is none. */
function addressIn(text: string): string | null {
  const [, bracketed, dotted] = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/.exec(text) ?? []
  const address = bareAddress(bracketed ?? dotted ?? text)
  return isIP(address) === 0 ? null : address
}

/** An address without zone, and without IPv6 around an IPv4. */
function bareAddress(text: string): string {
  return text.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '')
}
