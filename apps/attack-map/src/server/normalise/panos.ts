/**
 * PAN-OS: the source attacks the destination, unless a threat came back from
 * the server a client had called.
 */
import type { AttackAction, AttackClass } from '../../shared/public-attack.ts'
import type { PanosRecord, PanosSession, PanosThreat, PanosTraffic } from '../vendors/panos.ts'
import { isInside } from './address.ts'
import type { Judgement } from './judgement.ts'
import type { Endpoint } from './security-event.ts'
import { serviceName } from './service-name.ts'

const lastSystemPort = 1023
const longestUser = 64

const threatSeverities: ReadonlyMap<string, number> = new Map([
  ['informational', 2],
  ['low', 4],
  ['medium', 6],
  ['high', 8],
  ['critical', 10],
])
const severityUnknown = 5
const trafficSeverities: Readonly<Record<AttackAction, number>> = {
  blocked: 3,
  alerted: 3,
  unknown: 2,
  allowed: 1,
}

const threatClasses: ReadonlyMap<string, AttackClass> = new Map([
  ['url', 'web'],
  ['virus', 'malware'],
  ['ml-virus', 'malware'],
  ['spyware', 'malware'],
  ['wildfire', 'malware'],
  ['wildfire-virus', 'malware'],
  ['vulnerability', 'intrusion'],
  ['scan', 'scan'],
  ['flood', 'scan'],
  ['packet', 'scan'],
  ['data', 'policy'],
  ['file', 'policy'],
])

// Actions that stop the session begin with one of these.
const blockedPrefixes: readonly string[] = [
  'deny',
  'drop',
  'reset-',
  'block',
  'sinkhole',
  'random-drop',
]
const allowedActions: ReadonlySet<string> = new Set(['allow', 'continue', 'override', 'forward'])

// What PAN-OS writes when it could not tell the application.
const noApplication: ReadonlySet<string> = new Set([
  '',
  'incomplete',
  'insufficient-data',
  'non-syn-tcp',
  'not-applicable',
  'unknown-tcp',
  'unknown-udp',
  'unknown-p2p',
])

/** The event in a PAN-OS line. */
export function judgePanos(record: PanosRecord): Judgement {
  return record.type === 'THREAT' ? judgeThreat(record) : judgeTraffic(record)
}

function judgeThreat(record: PanosThreat): Judgement {
  const { session } = record
  const [attacker, victim] = rolesOf(record)
  return {
    at: session.at,
    attacker,
    victim,
    user: userOf(session),
    action: actionOf(session.action),
    class: threatClassOf(record),
    severity: threatSeverities.get(record.severity) ?? severityUnknown,
    service: serviceOf(session),
    signature: signatureOf(record),
    count: session.count,
  }
}

function judgeTraffic({ session }: PanosTraffic): Judgement {
  const action = actionOf(session.action)
  const isProbe = action === 'blocked' && !isInside(session.source)
  return {
    at: session.at,
    attacker: sourceOf(session),
    victim: destinationOf(session),
    user: userOf(session),
    action,
    class: isProbe ? 'scan' : 'policy',
    severity: trafficSeverities[action],
    service: serviceOf(session),
    signature: session.rule === '' ? null : session.rule,
    count: session.count,
  }
}

function userOf({ sourceUser, destinationUser }: PanosSession): string | null {
  const user = sourceUser === '' ? destinationUser : sourceUser
  return user === '' ? null : user.slice(0, longestUser)
}

function serviceOf(session: PanosSession): string | null {
  if (!noApplication.has(session.application)) return session.application
  return serviceName(session.protocol, session.destinationPort)
}

function actionOf(action: string): AttackAction {
  if (blockedPrefixes.some((prefix) => action.startsWith(prefix))) return 'blocked'
  if (allowedActions.has(action)) return 'allowed'
  return action === 'alert' ? 'alerted' : 'unknown'
}

/**
 * Attacker and victim. `server-to-client` makes the server the attacker; most
 * versions log it as the destination, old ones swap the columns themselves and
 * show it by a system port on the source's side only.
 */
function rolesOf(record: PanosThreat): readonly [attacker: Endpoint, victim: Endpoint] {
  const source = sourceOf(record.session)
  const destination = destinationOf(record.session)
  const isServerSource = isSystemPort(source.port) && !isSystemPort(destination.port)
  return record.direction === 'server-to-client' && !isServerSource
    ? [destination, source]
    : [source, destination]
}

function isSystemPort(port: number | null): boolean {
  return port !== null && port <= lastSystemPort
}

function sourceOf(session: PanosSession): Endpoint {
  return { address: session.source, port: session.sourcePort }
}

function destinationOf(session: PanosSession): Endpoint {
  return { address: session.destination, port: session.destinationPort }
}

function threatClassOf(record: PanosThreat): AttackClass {
  if (record.threat.toLowerCase().includes('brute force')) return 'brute-force'
  return threatClasses.get(record.session.subtype) ?? 'other'
}

/** URL filtering has no threat name, only the id 9999; there the category says more. */
function signatureOf(record: PanosThreat): string | null {
  if (record.session.subtype === 'url') return record.category === '' ? null : record.category
  return record.threat === '' ? null : record.threat
}
