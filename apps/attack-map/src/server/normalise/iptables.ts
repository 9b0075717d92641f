/**
 * iptables: the sender of the packet attacks its receiver; the operator's
 * prefix is all there is to tell what became of it.
 */
import type { AttackAction } from '../../shared/public-attack.ts'
import type { IptablesRecord } from '../vendors/iptables.ts'
import { isInside } from './address.ts'
import type { Judgement } from './judgement.ts'
import { serviceName } from './service-name.ts'

// `-D]`, `-R]` and `-A]` end the prefixes of Ubiquiti gateways.
const blockedWords = /DROP|REJECT|DEN(?:Y|IED)|BLOCK|-[DR]\]/i
const allowedWords = /ACCEPT|ALLOW|-A\]/i

const severities: Readonly<Record<AttackAction, number>> = {
  blocked: 3,
  alerted: 3,
  unknown: 2,
  allowed: 1,
}

/** The event in a logged packet. */
export function judgeIptables(record: IptablesRecord): Judgement {
  const action = actionOf(record.prefix)
  const isProbe = action !== 'allowed' && !isInside(record.source)
  return {
    at: null,
    attacker: { address: record.source, port: record.sourcePort },
    victim: { address: record.destination, port: record.destinationPort },
    user: null,
    action,
    class: isProbe ? 'scan' : 'policy',
    severity: severities[action],
    service: serviceName(record.protocol, record.destinationPort),
    signature: record.prefix === '' ? null : record.prefix,
    count: 1,
  }
}

function actionOf(prefix: string): AttackAction {
  if (blockedWords.test(prefix)) return 'blocked'
  return allowedWords.test(prefix) ? 'allowed' : 'unknown'
}
