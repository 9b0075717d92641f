import type { PublicAttack } from './public-attack.ts'

/**
 * A whole event, for who is signed in: the payload of `attacks:operator`.
 *
 * Places are as exact as the geo file; one whose country is not known is in
 * `ZZ`, the code for that.
 */
export interface OperatorAttack extends PublicAttack {
  readonly detail: AttackDetail
}

/** What anybody else never sees. */
export interface AttackDetail {
  readonly attacker: AttackSide
  readonly victim: AttackSide
  /** The account it was about; null when the line names none. */
  readonly user: string | null
  /** The name the reporting device gives itself. */
  readonly device: string | null
  readonly vendor: 'sshd' | 'iptables' | 'panos'
  /** From the attacker to the victim, seen from the network the device guards. */
  readonly direction: 'inbound' | 'outbound' | 'internal' | 'external'
  /** `ssh`, an application, or `tcp/8088`. */
  readonly service: string | null
  /** The rule, threat or message that caught it. */
  readonly signature: string | null
}

/** One side of an attack. */
interface AttackSide {
  /** IPv4 or IPv6, as written. */
  readonly address: string | null
  readonly port: number | null
}
