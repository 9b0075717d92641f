import type { WireData } from './codec.ts'
import { utf8Length } from './utf8.ts'

/** How many bytes it has on the wire. */
export function wireLength(data: WireData): number {
  return typeof data === 'string' ? utf8Length(data) : data.length
}
