import type { Hub } from '../../../core/hub.ts'
import { success } from '../answer.ts'
import type { Operation } from '../route.ts'

/** P-072: ends what a user has open on this node. */
export function disconnect(hub: Hub): Operation {
  return ({ params }) =>
    success({ disconnected: hub.disconnect({ userId: params['userId'] ?? '' }) })
}
