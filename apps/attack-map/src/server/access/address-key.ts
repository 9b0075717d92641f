/**
 * The address that attempts are counted under: an IPv6 customer has a whole
 * /64, so its addresses count as one.
 */
import { isIPv6 } from 'node:net'

const wordsOfNetwork = 4
const wordsOfAddress = 8

/** The key of an address; of `::ffff:192.0.2.1` the one of `192.0.2.1`. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIPv6(plain) ? `${networkOf(plain)}::/64` : plain
}

function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const before = wordsIn(head)
  const after = tail === undefined ? [] : wordsIn(tail)
  const gap = tail === undefined ? 0 : wordsOfAddress - before.length - after.length
  const words = [...before, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...after]
  return words.slice(0, wordsOfNetwork).map(withoutZeros).join(':')
}

function wordsIn(text: string): readonly string[] {
  return text === '' ? [] : text.split(':')
}

function withoutZeros(word: string): string {
  return word.replace(/^0+(?=.)/, '')
}
