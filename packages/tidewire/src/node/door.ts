import type { IncomingMessage } from 'node:http'
import type { AdmissionQueue } from '../core/admission/admission-queue.ts'
import type { AuthVerdict } from '../core/connection/authenticator.ts'
import type { Counters, Refusal } from '../core/counters.ts'
import type { Logger } from '../core/ports/logger.ts'
import type { Admission } from '../transports/admission.ts'
import type { UpgradeRefusal } from '../transports/refuse-upgrade.ts'
import type { RequestAuthenticator } from './auth/request-authenticator.ts'
import type { TrustedProxies } from './client-address.ts'
import type { Origins } from './origins.ts'
import type { PlaceHolder, Room } from './room.ts'

/**
 * The door: what a request must pass before it becomes a connection (P-004).
 * In this order, the cheapest first: where it comes from, how many are in
 * already, which page opened it, whether the node has time for it, who it is.
 */
export class Door {
  readonly #options: DoorOptions

  constructor(options: DoorOptions) {
    this.#options = options
  }

  /**
   * Never throws and never rejects. `needsIdentity`: whoever brings no credential
   * gets a 401. What comes in takes a place until `holder` closes.
   */
  admit(
    request: IncomingMessage,
    needsIdentity: boolean,
    holder: PlaceHolder = request.socket,
  ): Admission | Promise<Admission> {
    const { origins, proxies, room } = this.#options
    const remoteAddress = proxies.clientAddress(request)
    const refusal = room.take(holder, remoteAddress)
    if (refusal !== null) return { kind: 'refused', refusal }
    if (!origins.admits(request)) {
      const { origin } = request.headers
      this.#options.logger.debug('a page of another origin was refused', { origin, remoteAddress })
      return this.#refuse('origin', wrongOrigin)
    }
    const visitor = { request, remoteAddress, needsIdentity }
    const mayEnter = this.#options.queue.enter(isReturning(request))
    if (mayEnter instanceof Promise) return mayEnter.then((may) => this.#meet(visitor, may))
    return this.#meet(visitor, mayEnter)
  }

  /** How to say who one is: of every strategy that has a challenge; undefined where none has. */
  get challengeHeaders(): UpgradeRefusal['headers'] {
    const { challenges } = this.#options.authenticator
    return challenges.length > 0 ? { 'WWW-Authenticate': challenges.join(', ') } : undefined
  }

  #meet(visitor: Visitor, mayEnter: boolean): Admission | Promise<Admission> {
    if (!mayEnter) return this.#refuse('busy', busy)
    const { request, remoteAddress, needsIdentity } = visitor
    const { authenticator } = this.#options
    const verdict = authenticator.verify(request, { remoteAddress })
    const settle = (settled: AuthVerdict) => this.#settle(settled, remoteAddress, needsIdentity)
    return verdict instanceof Promise ? verdict.then(settle) : settle(verdict)
  }

  #settle(verdict: AuthVerdict, remoteAddress: string, needsIdentity: boolean): Admission {
    this.#options.counters.credentials[verdict.kind] += 1
    switch (verdict.kind) {
      case 'accepted': {
        const refusal = this.#options.room.refuseUser(verdict.identity.userId)
        if (refusal !== null) return { kind: 'refused', refusal }
        return { kind: 'admitted', remoteAddress, accepted: verdict }
      }
      case 'refused':
        return { kind: 'refused', refusal: wrongCredential }
      case 'failed':
        return { kind: 'refused', refusal: cannotTell }
      case 'absent':
        return needsIdentity
          ? { kind: 'refused', refusal: this.#noCredential() }
          : { kind: 'admitted', remoteAddress }
    }
  }

  #refuse(why: Refusal, refusal: UpgradeRefusal): Admission {
    this.#options.counters.refusedConnections[why] += 1
    return { kind: 'refused', refusal }
  }

  #noCredential(): UpgradeRefusal {
    const headers = this.challengeHeaders
    return {
      status: 401,
      code: 'NOT_AUTHENTICATED',
      message: 'this endpoint needs a credential with the handshake',
      ...(headers && { headers }),
    }
  }
}

/** What a door asks. */
export interface DoorOptions {
  readonly authenticator: RequestAuthenticator
  readonly origins: Origins
  readonly proxies: TrustedProxies
  readonly room: Room
  readonly counters: Pick<Counters, 'credentials' | 'refusedConnections'>
  /** Lets in as many as the node can take. */
  readonly queue: AdmissionQueue
  readonly logger: Logger
}

/** Somebody at the door. */
interface Visitor {
  readonly request: IncomingMessage
  readonly remoteAddress: string
  readonly needsIdentity: boolean
}

// As text: a target is what a stranger types. What it says only decides who
// waits first, so nobody gains much by saying it.
function isReturning({ url }: IncomingMessage): boolean {
  return url !== undefined && /[?&]resume=1(&|#|$)/.test(url)
}

/** What somebody gets whose credential was looked at, and is wrong. */
export const wrongCredential: UpgradeRefusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'the credential was refused',
}

const wrongOrigin: UpgradeRefusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'pages of this origin may not connect',
}

const busy: UpgradeRefusal = {
  status: 503,
  code: 'OVERLOADED',
  message: 'the server has no time for new connections now',
  headers: { 'Retry-After': '2' },
}

// Not the credential's fault: whoever has a right one may come back with it.
const cannotTell: UpgradeRefusal = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'credentials cannot be looked at now',
  headers: { 'Retry-After': '5' },
}
