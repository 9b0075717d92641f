/**
 * What an address tells by itself: inside, outside, or not on the Internet.
 */
import { readDigits } from '../syslog/priority.ts'

const ipv4Mapped = '::ffff:'

/** An IPv4 address that came in over IPv6 (`::ffff:1.2.3.4`), as IPv4. */
export function plainAddress(address: string): string {
  const isMapped = address.startsWith(ipv4Mapped) && address.includes('.')
  return isMapped ? address.slice(ipv4Mapped.length) : address
}

/** Whether `address` is private, link-local, shared or loopback (RFC 1918, 4193, 6598). */
export function isInside(address: string): boolean {
  const plain = plainAddress(address)
  if (plain.includes(':')) return plain === '::1' || isInsideIpv6(firstGroup(plain))
  const [first, second] = firstOctets(plain)
  return isInsideIpv4(first, second)
}

/**
 * Whether `address` can be anybody's on the Internet: not inside, no multicast,
 * not reserved, not for documentation (RFC 6890). Registries list some of these
 * under a country, which would put them on the map.
 */
export function isGlobal(address: string): boolean {
  const plain = plainAddress(address)
  if (isInside(plain)) return false
  return plain.includes(':') ? isGlobalIpv6(plain) : isGlobalIpv4(plain)
}

function isInsideIpv4(first: number, second: number): boolean {
  if (first === 10 || first === 127) return true
  if (first === 172) return second >= 16 && second <= 31
  if (first === 192) return second === 168
  if (first === 169) return second === 254
  return first === 100 && second >= 64 && second <= 127
}

function isInsideIpv6(group: number): boolean {
  const isUniqueLocal = (group & 0xfe00) === 0xfc00
  const isLinkLocal = (group & 0xffc0) === 0xfe80
  return isUniqueLocal || isLinkLocal
}

function isGlobalIpv4(address: string): boolean {
  const [first, second, third] = firstOctets(address)
  if (first === 0 || first >= 224) return false
  if (first === 192 && second === 0) return third !== 0 && third !== 2
  if (first === 198) return second !== 18 && second !== 19 && !(second === 51 && third === 100)
  return !(first === 203 && second === 0 && third === 113)
}

/** Global unicast is 2000::/3; 2001:db8::/32 in it is for documentation. */
function isGlobalIpv6(address: string): boolean {
  const group = firstGroup(address)
  if ((group & 0xe000) !== 0x2000) return false
  const second = Number.parseInt(address.slice(address.indexOf(':') + 1), 16)
  return !(group === 0x2001 && second === 0xdb8)
}

function firstGroup(address: string): number {
  return Number.parseInt(address.slice(0, address.indexOf(':')), 16)
}

function firstOctets(address: string): readonly [first: number, second: number, third: number] {
  const firstDot = address.indexOf('.')
  const secondDot = address.indexOf('.', firstDot + 1)
  const thirdDot = address.indexOf('.', secondDot + 1)
  return [
    readDigits(address, 0, firstDot) ?? 0,
    readDigits(address, firstDot + 1, secondDot) ?? 0,
    readDigits(address, secondDot + 1, thirdDot) ?? 0,
  ]
}
