/**
 * OpenSSH server messages.
 *
 * The remote address is read from the end of a message: what stands before it
 * is a user name, which an attacker chooses and may itself read ` from 1.2.3.4`.
 */
import type { SyslogMessage } from '../syslog/syslog-message.ts'
import { findRemote, peerTail, type Remote, type RemotePlace } from './sshd-remote.ts'
import { userIn } from './sshd-user.ts'
import { ignored, unreadable, type VendorParser, type VendorResult } from './vendor-parser.ts'

/** What sshd says happened. */
export type SshdOutcome =
  | 'failed'
  | 'invalid-user'
  | 'not-allowed'
  | 'too-many-attempts'
  | 'accepted'
  | 'no-handshake'
  | 'name-mismatch'
  | 'pam-failure'
  | 'disconnected'

/** One sshd message that names the other side. */
export interface SshdRecord {
  readonly vendor: 'sshd'
  readonly outcome: SshdOutcome
  /** The other side as written: an address, or a name when `UseDNS` is on. */
  readonly remote: string
  readonly remotePort: number | null
  /** The account it was about; null when the message names none. */
  readonly user: string | null
  /** How often the message was repeated; at least 1. */
  readonly count: number
}

interface Pattern {
  readonly prefix: string
  readonly outcome: SshdOutcome
  readonly remote: RemotePlace
}

const fromPeer: RemotePlace = { after: ' from ', tail: peerTail }
const byPeer: RemotePlace = { after: ' ', tail: peerTail }
const rhost: RemotePlace = { after: ' rhost=', tail: /^(?: |$)/ }
const inBrackets: RemotePlace = { after: ' [', tail: /^\] / }
const maps: RemotePlace = { after: 'Address ', tail: /^ maps to / }
const withPeer: RemotePlace = { after: ' with ', tail: /^ port (\d{1,5}):/ }
const notAllowed: RemotePlace = { after: ' from ', tail: /^ not allowed / }

// The first prefix that fits decides.
const patterns: readonly Pattern[] = [
  { prefix: 'Failed ', outcome: 'failed', remote: fromPeer },
  { prefix: 'Invalid user ', outcome: 'invalid-user', remote: fromPeer },
  { prefix: 'Illegal user ', outcome: 'invalid-user', remote: fromPeer },
  { prefix: 'Accepted ', outcome: 'accepted', remote: fromPeer },
  { prefix: 'reverse mapping checking ', outcome: 'name-mismatch', remote: inBrackets },
  { prefix: 'Address ', outcome: 'name-mismatch', remote: maps },
  { prefix: 'pam_unix(sshd:auth): authentication', outcome: 'pam-failure', remote: rhost },
  { prefix: 'PAM ', outcome: 'pam-failure', remote: rhost },
  { prefix: 'Did not receive identification', outcome: 'no-handshake', remote: fromPeer },
  { prefix: 'Bad protocol version', outcome: 'no-handshake', remote: fromPeer },
  { prefix: 'banner exchange: ', outcome: 'no-handshake', remote: fromPeer },
  { prefix: 'Unable to negotiate ', outcome: 'no-handshake', remote: withPeer },
  { prefix: 'maximum authentication', outcome: 'too-many-attempts', remote: fromPeer },
  { prefix: 'User ', outcome: 'not-allowed', remote: notAllowed },
  { prefix: 'Received disconnect ', outcome: 'disconnected', remote: fromPeer },
  { prefix: 'Connection closed by ', outcome: 'disconnected', remote: byPeer },
  { prefix: 'Connection reset by ', outcome: 'disconnected', remote: byPeer },
  { prefix: 'Disconnected from ', outcome: 'disconnected', remote: byPeer },
]

// Said about a session, not about an attack, and without naming the other side.
const quietPrefixes: readonly string[] = [
  'input_userauth_request: ',
  'pam_unix(sshd:auth): check pass',
  'pam_unix(sshd:session): ',
  'PAM service(sshd) ignoring ',
  'Disconnecting',
  'fatal: ',
  'Server listening on ',
  'Received signal ',
  'Connection from ',
  'Postponed ',
  'Starting session: ',
  'User child is on pid ',
  'subsystem request ',
  'kex_exchange_identification: ',
  'ssh_dispatch_run_fatal: ',
  'Timeout, client not responding',
  'Close session: ',
  'syslogin_perform_logout: ',
]

// These name the other side only sometimes: `rhost=` is empty on a console.
const mayBeAnonymous: ReadonlySet<SshdOutcome> = new Set([
  'pam-failure',
  'not-allowed',
  'disconnected',
])

const repetition = 'message repeated '

/** Reads OpenSSH, by the tag `sshd` or, since OpenSSH 9.8, `sshd-session`. */
export const sshd: VendorParser<SshdRecord> = {
  recognises: ({ app }) => app === 'sshd' || app === 'sshd-session' || app === 'sshd-auth',
  parse,
}

function parse(message: SyslogMessage): VendorResult<SshdRecord> {
  const { text, count } = unwrapRepetition(message.text)
  const plain = text.startsWith('error: ') ? text.slice('error: '.length) : text
  if (quietPrefixes.some((prefix) => plain.startsWith(prefix))) return ignored
  const pattern = patterns.find(({ prefix }) => plain.startsWith(prefix))
  if (pattern === undefined) return unreadable('sshd: unknown message')
  const remote = findRemote(plain, pattern.remote)
  if (remote !== undefined) {
    const user = userIn(plain.slice(0, remote.start))
    return { kind: 'record', record: recordOf(remote, { outcome: pattern.outcome, user, count }) }
  }
  return mayBeAnonymous.has(pattern.outcome) ? ignored : unreadable('sshd: no address')
}

function recordOf(
  remote: Remote,
  rest: Pick<SshdRecord, 'outcome' | 'user' | 'count'>,
): SshdRecord {
  return { vendor: 'sshd', remote: remote.host, remotePort: remote.port, ...rest }
}

/** `message repeated 5 times: [ Failed password …]`: what rsyslog makes of five equal lines. */
function unwrapRepetition(text: string): { readonly text: string; readonly count: number } {
  if (!text.startsWith(repetition)) return { text, count: 1 }
  const open = text.indexOf(' times: [')
  const count = Number(text.slice(repetition.length, open))
  const isReadable = open !== -1 && text.endsWith(']') && Number.isInteger(count) && count >= 1
  if (!isReadable) return { text, count: 1 }
  return { text: text.slice(open + ' times: ['.length, -1).trim(), count }
}
