import type { SecurityEvent } from '../../src/server/normalise/security-event.ts'

/** An event with nothing special about it. */
export const plainEvent: SecurityEvent = {
  at: 0,
  vendor: 'sshd',
  device: null,
  attacker: { address: null, port: null },
  victim: { address: null, port: null },
  user: null,
  direction: 'inbound',
  action: 'blocked',
  class: 'scan',
  severity: 3,
  service: null,
  signature: null,
  count: 1,
  demo: false,
}
