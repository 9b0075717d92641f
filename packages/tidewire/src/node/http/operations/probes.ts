import { expositionType } from '../../metrics/exposition.ts'
import { type Answer, success } from '../answer.ts'
import type { Operation } from '../route.ts'

/** P-073: whether this node lives, and takes new clients. */
export function probe(isDraining: () => boolean): Operation {
  return () => (isDraining() ? draining : ok)
}

/** P-073: the node's metrics, as Prometheus reads them. */
export function metrics(text: () => string): Operation {
  return () => ({ status: 200, body: text(), headers: { 'Content-Type': expositionType } })
}

const ok: Answer = success({ status: 'ok' })
const draining: Answer = { status: 503, body: JSON.stringify({ status: 'draining' }) }
