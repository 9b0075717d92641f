/**
 * A vendor's record to a security event, or null when it is none.
 *
 * The rules of each vendor live in its own file beside this one.
 */
import type { SyslogMessage } from '../syslog/syslog-message.ts'
import type { VendorRecord } from '../vendors/list.ts'
import { directionOf } from './direction.ts'
import { judgeIptables } from './iptables.ts'
import type { Judgement } from './judgement.ts'
import { judgePanos } from './panos.ts'
import type { SecurityEvent } from './security-event.ts'
import { judgeSshd } from './sshd.ts'

/** What the record does not know about itself. */
export interface Receipt {
  /** When the line came in, in ms since the epoch. */
  readonly receivedAt: number
  /** True for generated traffic. */
  readonly demo: boolean
}

/** The event a record stands for; null when it is no security event. */
export function normalise(
  record: VendorRecord,
  message: SyslogMessage,
  receipt: Receipt,
): SecurityEvent | null {
  const judgement = judge(record)
  if (judgement === null) return null
  const { attacker, victim } = judgement
  return {
    at: judgement.at ?? message.at ?? receipt.receivedAt,
    vendor: record.vendor,
    device: message.host,
    attacker,
    victim,
    user: judgement.user,
    direction: directionOf(attacker, victim),
    action: judgement.action,
    class: judgement.class,
    severity: judgement.severity,
    service: judgement.service,
    signature: judgement.signature,
    count: judgement.count,
    demo: receipt.demo,
  }
}

function judge(record: VendorRecord): Judgement | null {
  switch (record.vendor) {
    case 'sshd':
      return judgeSshd(record)
    case 'iptables':
      return judgeIptables(record)
    case 'panos':
      return judgePanos(record)
  }
}
