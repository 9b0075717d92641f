/**
 * Whom an address stands for when addresses are counted.
 *
 * IPv4: itself, also where it comes as an IPv6 one (`::ffff:192.0.2.1`). IPv6:
 * its first 64 bits, because whoever has one such address has all of that network
 * (RFC 6177). Anything else, such as `unknown`: nobody, so it is null and not counted.
 */
export function addressGroup(address: string): string | null {
  if (!address.includes(':')) return address.includes('.') ? address : null
  const embedded = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  return embedded ?? `${networkOf(address)}::/64`
}

function networkOf(address: string): string {
  const [first = [], last = []] = address.split('::').map(groupsOf)
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0')
  return [...first, ...zeros, ...last].slice(0, 4).join(':')
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16).toString(16))
}
