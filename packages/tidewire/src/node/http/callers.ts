import type { IncomingMessage, ServerResponse } from 'node:http'
import type { UpgradeRefusal } from '../../transports/refuse-upgrade.ts'
import type { TrustedProxies } from '../client-address.ts'
import { type Door, wrongCredential } from '../door.ts'
import { type Answer, refusal } from './answer.ts'
import { type ApiKeys, looksLikeApiKey } from './api-keys.ts'
import { RequestLife } from './request-life.ts'
import type { CallerHandshake, RouteAccess, ScopedAccess } from './route.ts'

/**
 * Who sends a request: a backend with a key, or whoever the door lets in, by the
 * same strategies, origins and limits as a WebSocket.
 */
export class Callers {
  readonly #options: CallersOptions

  constructor(options: CallersOptions) {
    this.#options = options
  }

  /** Never rejects. */
  async identify(response: ServerResponse, access: RouteAccess): Promise<Identified> {
    const request = response.req
    if (access === 'anybody') return this.#backend(request)
    const token = bearerIn(request)
    if (token !== null && looksLikeApiKey(token)) return this.#keyHolder(request, token, access)
    if (!access.isForUsers) return { kind: 'refused', answer: needsKey }
    const { door } = this.#options
    const admission = await door.admit(request, this.#isNeeded(access), new RequestLife(response))
    if (admission.kind === 'admitted') return { kind: 'known', caller: admission }
    return { kind: 'refused', answer: this.#answerTo(admission.refusal, access) }
  }

  // Where frames are said it is as at a handshake (P-004): their clients know what
  // each status means there. Those of anything else renew at a 401.
  #answerTo(refused: UpgradeRefusal, { takesTokens = false }: ScopedAccess): Answer {
    if (refused === wrongCredential && !takesTokens) {
      return refusal(wrongToken(refused.message), this.#options.door.challengeHeaders)
    }
    const { status, code, message, headers } = refused
    return refusal({ status, code, message }, headers)
  }

  /** Whether who brings no credential with the head of a request is refused. */
  #isNeeded({ takesTokens = false }: ScopedAccess): boolean {
    const { needsIdentity, needsHandshake } = this.#options
    return takesTokens ? needsHandshake : needsIdentity
  }

  #keyHolder(request: IncomingMessage, token: string, { scope }: ScopedAccess): Identified {
    const key = this.#options.keys.find(token)
    if (key === null) return { kind: 'refused', answer: unknownKey }
    return key.scopes.has(scope)
      ? this.#backend(request, key)
      : { kind: 'refused', answer: otherScope(scope) }
  }

  #backend(request: IncomingMessage, grant?: CallerHandshake['grant']): Identified {
    const remoteAddress = this.#options.proxies.clientAddress(request)
    return { kind: 'known', caller: { remoteAddress, grant } }
  }
}

/** A caller, or why there is none. */
export type Identified =
  | { readonly kind: 'known'; readonly caller: CallerHandshake }
  | { readonly kind: 'refused'; readonly answer: Answer }

export interface CallersOptions {
  readonly door: Door
  readonly keys: ApiKeys
  readonly proxies: TrustedProxies
  /** Whether a user has to be somebody: most requests have no later. */
  readonly needsIdentity: boolean
  /** Whether there is no way to say it but with the head of a request. */
  readonly needsHandshake: boolean
}

function bearerIn({ headers }: IncomingMessage): string | null {
  return headers.authorization?.match(/^bearer +(\S+) *$/i)?.[1] ?? null
}

const needsKey = refusal({
  status: 401,
  code: 'NOT_AUTHENTICATED',
  message: 'this needs an API key',
})
const unknownKey = refusal(wrongToken('the API key is not known'))

function wrongToken(message: string) {
  return { status: 401, code: 'INVALID_TOKEN', message }
}

function otherScope(scope: string): Answer {
  const message = `the API key does not have the scope ${scope}`
  return refusal({ status: 403, code: 'FORBIDDEN', message })
}
