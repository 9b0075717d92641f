import { type Answer, success } from '../answer.ts'
import type { Operation } from '../route.ts'

/** P-073: whether this node lives, and takes new clients. */
export function probe(isDraining: () => boolean): Operation {
  return () => (isDraining() ? draining : ok)
}

const ok: Answer = success({ status: 'ok' })
const draining: Answer = { status: 503, body: JSON.stringify({ status: 'draining' }) }
