/**
 * sshd: the remote side attacks the host that logs.
 *
 * PAM failures and disconnects repeat what sshd says itself about the same
 * attempt, so they are no events of their own.
 */
import { isIP } from 'node:net'
import type { AttackAction, AttackClass } from '../../shared/public-attack.ts'
import type { SshdOutcome, SshdRecord } from '../vendors/sshd.ts'
import type { Judgement } from './judgement.ts'

interface Rule {
  readonly action: AttackAction
  readonly class: AttackClass
  readonly severity: number
  readonly signature: string
}

const rules: Readonly<Record<SshdOutcome, Rule | null>> = {
  failed: bruteForce('blocked', 4, 'SSH login failed'),
  'invalid-user': bruteForce('blocked', 4, 'SSH login as unknown user'),
  'not-allowed': bruteForce('blocked', 5, 'SSH login as forbidden user'),
  'too-many-attempts': bruteForce('blocked', 6, 'SSH too many attempts'),
  accepted: bruteForce('allowed', 2, 'SSH login accepted'),
  'no-handshake': { action: 'alerted', class: 'scan', severity: 2, signature: 'SSH probe' },
  'name-mismatch': {
    action: 'alerted',
    class: 'scan',
    severity: 3,
    signature: 'SSH client name does not match its address',
  },
  'pam-failure': null,
  disconnected: null,
}

/** The event in an sshd record; null when another message tells the same. */
export function judgeSshd(record: SshdRecord): Judgement | null {
  const rule = rules[record.outcome]
  if (rule === null) return null
  const address = isIP(record.remote) === 0 ? null : record.remote
  return {
    at: null,
    attacker: { address, port: record.remotePort },
    victim: { address: null, port: null },
    user: record.user,
    action: rule.action,
    class: rule.class,
    severity: rule.severity,
    signature: rule.signature,
    service: 'ssh',
    count: record.count,
  }
}

function bruteForce(action: AttackAction, severity: number, signature: string): Rule {
  return { action, class: 'brute-force', severity, signature }
}
