import type { IncomingMessage } from 'node:http'
import { isDeeperThan } from '../../protocol/json-depth.ts'
import { protocolLimits } from '../../protocol/limits.ts'
import type { JsonBody } from './route.ts'
import { malformedBody, readTextBody } from './text-body.ts'

/** Reads the body of a request as JSON: any value, no deeper than a frame's payload. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<JsonBody> {
  const body = await readTextBody(request, { type: 'json', maxBytes })
  return body.kind === 'text' ? valueIn(body.text) : body
}

function valueIn(text: string): JsonBody {
  // One level is the frame around it.
  if (isDeeperThan(text, protocolLimits.maxDepth - 1)) {
    return malformedBody(`the body nests at most ${protocolLimits.maxDepth - 1} levels deep`)
  }
  try {
    return { kind: 'json', value: JSON.parse(text) }
  } catch {
    return malformedBody('the body is not JSON')
  }
}
