/**
 * Real lines of real devices, chosen for what the page must make of them.
 */
import { readSharedText } from '../shared-data.ts'
import type { ListedEvent } from './event-list.ts'

/** A line and the row it becomes. */
export interface DeviceLine {
  readonly device: string
  /** The file, and a text in the wanted line. */
  readonly source: readonly [file: string, text: string]
  readonly event: ListedEvent
}

const openSsh = 'loghub-openssh/OpenSSH_2k.log'
const firewallLogs = [
  'beats-elv2/iptables-log-geo.log',
  'beats-elv2/iptables-log-iptables.log',
  'beats-elv2/panw-panos-pan_inc_threat.log',
]

/** One line of each device the server reads. */
export const deviceLines: readonly DeviceLine[] = [
  {
    device: 'sshd',
    source: [openSsh, 'Failed password for root from 187.141.143.180'],
    event: { from: 'Mexico', to: 'Home', what: 'Brute force', action: 'Blocked' },
  },
  {
    device: 'iptables',
    source: ['beats-elv2/iptables-log-geo.log', 'SRC=175.16.199.1'],
    event: { from: 'China', to: 'Home', what: 'Scan', action: 'Blocked' },
  },
  {
    device: 'PAN-OS',
    source: ['beats-elv2/panw-panos-pan_inc_threat.log', 'lorexx.cn/loader.exe'],
    event: { from: 'Unlocated', to: 'US', what: 'Web attack', action: 'Alerted' },
  },
]

/** A failed login from an address, as sshd wrote it. */
export function failedLogin(address: string): string {
  return lineWith(openSsh, `Failed password for root from ${address}`)
}

/** A line as senders put it into a counted frame: those begin with a priority (RFC 5424 6.2.1). */
export function withPriority(line: string): string {
  return `<86>${line}`
}

/** The first line of a shared log that has a text in it. */
export function lineWith(file: string, text: string): string {
  const line = linesOf(file).find((candidate) => candidate.includes(text))
  if (line === undefined) throw new Error(`${file} has no line with ${text}`)
  return line
}

/** Every line of sshd and of the firewalls. */
export function everyLine(): readonly string[] {
  return [openSsh, ...firewallLogs].flatMap(linesOf)
}

/** What sshd itself says in a line, without the syslog header. */
export function messageOf(line: string): string {
  return line.replace(/^.*? sshd\[\d+\]: /, '')
}

/** What in a line nobody outside may learn: addresses, hosts, and names of users. */
export function secretsIn(line: string): readonly string[] {
  const addresses = line.match(/\d{1,3}(\.\d{1,3}){3}/g) ?? []
  const [, host] = /^\w{3} +\d+ [\d:]{8} (\S+) (?:sshd|kernel)/.exec(line) ?? []
  const [, reverseName] = /getaddrinfo for (\S+)/.exec(line) ?? []
  const [, user] = /invalid user (\S{5,}) from/.exec(line) ?? []
  return [...addresses, host, reverseName, user].filter((secret) => secret !== undefined)
}

function linesOf(file: string): readonly string[] {
  return readSharedText(file)
    .split(/\r?\n/)
    .filter((line) => line !== '')
}
