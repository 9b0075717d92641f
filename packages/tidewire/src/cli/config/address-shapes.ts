import { isIP } from 'node:net'
import { createTidewire } from '../../node/index.ts'
import { acceptedBy, listOf, type Shape, text } from './shape.ts'

/** Where a server is, and whom it believes about where others are. */

// An empty one would listen on every address, and so would "0".
export const hostShape: Shape<string> = text('an address such as "127.0.0.1"', (value) => {
  if (isIP(value) !== 0 || hostName.test(value)) return null
  return /^[^:]+:\d+$/.test(value)
    ? 'expected an address without a port, which is a setting of its own'
    : 'expected an address such as "127.0.0.1"'
})

// The last part of a name is no number: else it is an address with a mistake.
const hostName = /^(?:[a-z\d_](?:[\w-]*\w)?\.)*[a-z_](?:[\w-]*\w)?\.?$/i

// Compared with request targets as they stand: a query is not part of it, and
// clients have taken ".." out and put "%7B" for "{" before they ask.
export const pathShape: Shape<string> = text('a path such as "/ws"', (value) =>
  /^\/[!-~]*$/.test(value) && new URL(`http://host${value}`).pathname === value
    ? null
    : 'expected a path such as "/ws": it begins with "/", and has no space, "?", "#", ".." or what else a URL writes with "%"',
)

const origin = text('an origin such as "https://app.example"', (value) => {
  if (value === 'any' || value === '*') return 'for pages of any origin say "origins": "any"'
  if (value.includes('*')) return 'each origin has an entry of its own; "*" stands for none'
  if (/^wss?:/i.test(value))
    return 'expected the origin of the page, "https://…", not of the server'
  try {
    createTidewire({ channels: {}, origins: [value] })
    return null
  } catch {
    return 'expected an origin such as "https://app.example": with its scheme, without a path'
  }
})

export const originsShape: Shape<'any' | readonly string[]> = {
  expected: '"any" or a list of origins',
  read(value, place) {
    if (value === 'any') return value
    if (typeof value !== 'string') return listOf(origin).read(value, place)
    return place.refuse('expected "any" or a list of origins, got a string')
  },
}

export const trustProxyShape: Shape<readonly string[]> = acceptedBy(
  listOf(text('text', () => null)),
  (given) => createTidewire({ channels: {}, trustProxy: given }),
)
