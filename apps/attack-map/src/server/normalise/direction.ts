/**
 * The direction of an event, told from the two addresses.
 */
import { isInside } from './address.ts'
import type { Direction, Endpoint } from './security-event.ts'

/** A side without an address is the device itself, so inside. */
export function directionOf(attacker: Endpoint, victim: Endpoint): Direction {
  const isAttackerInside = attacker.address === null || isInside(attacker.address)
  const isVictimInside = victim.address === null || isInside(victim.address)
  if (isAttackerInside) return isVictimInside ? 'internal' : 'outbound'
  return isVictimInside ? 'inbound' : 'external'
}
