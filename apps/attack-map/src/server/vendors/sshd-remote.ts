/**
 * Finds the other side in an sshd message.
 *
 * Candidates are tried from the end of the message to its start, and both the
 * host and what follows it must fit, so a user name cannot pass for the address.
 */
import { isIP } from 'node:net'

const longestHost = 255
const hostPattern = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/

/** Where a message names the other side. */
export interface RemotePlace {
  /** The text in front of the host; the last one that a host follows counts. */
  readonly after: string
  /** What must follow the host; its first group, if any, is the port. */
  readonly tail: RegExp
}

/** The other side of a connection, as written. */
export interface Remote {
  readonly host: string
  readonly port: number | null
  /** Where the text in front of the host begins. */
  readonly start: number
}

/** How sshd goes on after `from <host>`: the end of the message, or a colon and a detail. */
export const peerTail = /^(?: port (\d{1,5}))?(?: ssh[12])?(?: \[preauth\])?(?::|$)/

/** The host at `place`; undefined when the message names none. */
export function findRemote(text: string, place: RemotePlace): Remote | undefined {
  let start = text.lastIndexOf(place.after)
  while (start !== -1) {
    const remote = readRemote(text, start + place.after.length, place.tail)
    if (remote !== undefined) return { ...remote, start }
    start = start === 0 ? -1 : text.lastIndexOf(place.after, start - 1)
  }
  return undefined
}

function readRemote(text: string, start: number, tail: RegExp): Omit<Remote, 'start'> | undefined {
  const end = endOfWord(text, start)
  const host = text.slice(start, end)
  if (!isHost(host)) return undefined
  const rest = tail.exec(text.slice(end))
  if (rest === null) return undefined
  return { host, port: rest[1] === undefined ? null : Number(rest[1]) }
}

/** A word ends at a space, at `]`, or at a colon in front of one of those or the end. */
function endOfWord(text: string, start: number): number {
  let end = start
  while (end < text.length && text[end] !== ' ' && text[end] !== ']') end++
  return text[end - 1] === ':' ? end - 1 : end
}

function isHost(word: string): boolean {
  if (isIP(word) !== 0) return true
  // A name needs a dot, or any word of the message would be one.
  return word.length <= longestHost && word.includes('.') && hostPattern.test(word)
}
