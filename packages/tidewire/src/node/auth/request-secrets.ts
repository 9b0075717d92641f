import type { IncomingMessage } from 'node:http'
import { basicCredentialsIn } from './basic-credentials.ts'
import { type TokenCarrier, tokenIn } from './token-carriers.ts'

/** Everything in a request that is a credential or part of one: what no log line may hold (P-014). */
export function secretsIn(request: IncomingMessage): readonly string[] {
  const { authorization = '', cookie = '' } = request.headers
  const basic = basicCredentialsIn(authorization)
  const carriers: readonly TokenCarrier[] = ['header', 'subprotocol', 'query']
  const tokens = carriers.map((carrier) => tokenIn(request, new Set([carrier])))
  return [
    ...authorization.split(' ').slice(1),
    ...(basic === null || basic === 'malformed' ? [] : [basic.password]),
    ...tokens.filter((token) => token !== null),
    // A cookie as it is written, and the id and the signature within it.
    ...cookie.split(/; */).map((pair) => pair.replace(/^[^=]*=/, '')),
    ...(cookie.replaceAll(/%[\da-f]{2}/gi, ' ').match(/[\w-]{16,}/g) ?? []),
  ]
}
