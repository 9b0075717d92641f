import type { IncomingMessage } from 'node:http'
import type { AuthOutcome } from '../core/ports/auth.ts'
import type { Admission } from '../transports/admission.ts'
import type { UpgradeRefusal } from '../transports/refuse-upgrade.ts'
import type { RequestAuthenticator } from './auth/request-authenticator.ts'

/**
 * The door: what a request must pass before it becomes a connection (P-004).
 * In this order, the cheapest first: where it comes from, how many are in
 * already, which page opened it, who it is.
 */
export class Door {
  readonly #options: DoorOptions

  constructor(options: DoorOptions) {
    this.#options = options
  }

  /** Never throws and never rejects. `needsIdentity`: whoever brings no credential gets a 401. */
  admit(request: IncomingMessage, needsIdentity: boolean): Admission | Promise<Admission> {
    const remoteAddress = request.socket.remoteAddress ?? 'unknown'
    const outcome = this.#options.authenticator.verify(request, { remoteAddress })
    const settle = (settled: AuthOutcome) => this.#settle(settled, remoteAddress, needsIdentity)
    return outcome instanceof Promise ? outcome.then(settle) : settle(outcome)
  }

  #settle(outcome: AuthOutcome, remoteAddress: string, needsIdentity: boolean): Admission {
    switch (outcome.kind) {
      case 'accepted':
        return { kind: 'admitted', remoteAddress, accepted: outcome }
      case 'refused':
        return { kind: 'refused', refusal: wrongCredential }
      case 'absent':
        return needsIdentity
          ? { kind: 'refused', refusal: this.#noCredential() }
          : { kind: 'admitted', remoteAddress }
    }
  }

  #noCredential(): UpgradeRefusal {
    const { challenges } = this.#options.authenticator
    return {
      status: 401,
      code: 'NOT_AUTHENTICATED',
      message: 'this endpoint needs a credential with the handshake',
      ...(challenges.length > 0 && { headers: { 'WWW-Authenticate': challenges.join(', ') } }),
    }
  }
}

/** What a door asks. */
export interface DoorOptions {
  readonly authenticator: RequestAuthenticator
}

const wrongCredential: UpgradeRefusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'the credential was refused',
}
