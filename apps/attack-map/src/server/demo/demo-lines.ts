/**
 * Syslog lines as real devices write them, in the three formats the map reads.
 *
 * They go through the same parsers as real lines; nothing here knows events.
 */
import { between, pick, type Random } from './random.ts'

/** One generated attack: who, whom, when. */
interface DemoAttack {
  readonly attacker: string
  readonly site: string
  /** In ms since the epoch. */
  readonly at: number
  readonly random: Random
}

/** Writes one line. */
export type DemoLine = (attack: DemoAttack) => string

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const users = ['root', 'admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'pi', 'support']
const scannedPorts = [22, 23, 25, 80, 443, 445, 1433, 2323, 3306, 3389, 5060, 5900, 6379, 8088]
const urlCategories = ['malware', 'phishing', 'command-and-control', 'hacking', 'grayware']
const threats = [
  { subtype: 'vulnerability', name: 'SSH User Authentication Brute Force Attempt(40015)' },
  { subtype: 'vulnerability', name: 'Apache Log4j Remote Code Execution(91991)' },
  { subtype: 'vulnerability', name: 'HTTP Directory Traversal Request(30844)' },
  { subtype: 'spyware', name: 'Mirai.Gen Command and Control Traffic(13974)' },
  { subtype: 'virus', name: 'Trojan/Linux.gafgyt.x(2839441)' },
  { subtype: 'scan', name: 'SCAN: TCP Port Scan(8001)' },
] as const

/** `sshd`, RFC 3164. */
export const sshdLine: DemoLine = ({ attacker, at, random }) => {
  const user = pick(random, users)
  const port = highPort(random)
  const known = `Failed password for ${user} from ${attacker} port ${port} ssh2`
  const messages = [
    known,
    known,
    `Failed password for invalid user ${user} from ${attacker} port ${port} ssh2`,
    `Invalid user ${user} from ${attacker} port ${port}`,
    `message repeated ${between(random, 2, 5)} times: [ ${known}]`,
    `Did not receive identification string from ${attacker} port ${port}`,
  ]
  const pid = between(random, 900, 32_000)
  return `<38>${bsdTime(at)} bastion sshd[${pid}]: ${pick(random, messages)}`
}

/** Netfilter over RFC 5424. */
export const iptablesLine: DemoLine = ({ attacker, site, at, random }) => {
  const prefix = random() < 0.93 ? '[UFW BLOCK]' : '[UFW ALLOW]'
  const packet = [
    'IN=eth0 OUT= MAC=52:54:00:1a:2b:3c:52:54:00:aa:bb:cc:08:00',
    `SRC=${attacker} DST=${site} LEN=40 TOS=0x00 PREC=0x00`,
    `TTL=${between(random, 38, 250)} ID=${between(random, 1, 65_535)} PROTO=TCP`,
    `SPT=${highPort(random)} DPT=${pick(random, scannedPorts)} WINDOW=1024 RES=0x00 SYN URGP=0`,
  ].join(' ')
  return `<4>1 ${new Date(at).toISOString()} edge kernel - - - ${prefix} ${packet}`
}

/** PAN-OS TRAFFIC: a session the policy denied. */
export const panosTrafficLine: DemoLine = (attack) => {
  const action = pick(attack.random, ['deny', 'drop', 'reset-both', 'allow'])
  const subtype = action === 'allow' ? 'end' : 'deny'
  const session = panosSession(attack, { subtype, type: 'TRAFFIC', action })
  return `${session},420,180,240,6,${panosTime(attack.at)},3,any,0,6918212,0x0`
}

/** PAN-OS THREAT: what an attacker sent. */
export const panosThreatLine: DemoLine = (attack) => {
  const { random } = attack
  const { subtype, name } = pick(random, threats)
  const severity = pick(random, ['low', 'medium', 'high', 'high', 'critical'])
  const action = pick(random, ['alert', 'drop', 'reset-both', 'reset-server'])
  const session = panosSession(attack, { subtype, type: 'THREAT', action })
  return `${session},"/index.php?id=1,2",${name},any,${severity},client-to-server,6918213,0x0`
}

/** PAN-OS THREAT of subtype url. */
export const panosUrlLine: DemoLine = (attack) => {
  const category = pick(attack.random, urlCategories)
  const action = pick(attack.random, ['alert', 'block-url'])
  const session = panosSession(attack, { subtype: 'url', type: 'THREAT', action })
  return `${session},"shop.example/a,b.php",(9999),${category},medium,client-to-server,6918214,0x0`
}

interface PanosKind {
  readonly type: string
  readonly subtype: string
  readonly action: string
}

/** The columns that all PAN-OS session logs share, up to the action. */
function panosSession(attack: DemoAttack, { type, subtype, action }: PanosKind): string {
  const { attacker, site, at, random } = attack
  const time = panosTime(at)
  const port = pick(random, scannedPorts)
  return [
    `<14>${bsdTime(at)} firewall 1,${time},013201012345,${type},${subtype},2305,${time}`,
    `${attacker},${site},0.0.0.0,0.0.0.0,inbound-web,,,web-browsing,vsys1,untrust,dmz`,
    `ethernet1/1,ethernet1/2,forward-all,${time},${between(random, 1000, 99_999)}`,
    `${random() < 0.9 ? 1 : between(random, 2, 6)},${highPort(random)},${port},0,0`,
    `0x80000000,tcp,${action}`,
  ].join(',')
}

function highPort(random: Random): number {
  return between(random, 1024, 65_535)
}

/** `Nov 21 03:14:15`, local time. */
function bsdTime(at: number): string {
  const time = new Date(at)
  const day = String(time.getDate()).padStart(2, ' ')
  return `${months[time.getMonth()]} ${day} ${clock(time)}`
}

/** `2026/11/21 03:14:15`, local time. */
function panosTime(at: number): string {
  const time = new Date(at)
  return `${time.getFullYear()}/${twoDigits(time.getMonth() + 1)}/${twoDigits(time.getDate())} ${clock(time)}`
}

function clock(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
