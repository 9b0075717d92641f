/**
 * Whether a name and a password let somebody in, and how often they may try.
 *
 * Attempts are counted per address and per name before the password is looked
 * at, and an unknown name costs what a known one does.
 */
import type { UserEntry } from '../../shared/access.ts'
import { addressKey } from './address-key.ts'
import { type AttemptLimit, AttemptLimiter, type AttemptVerdict } from './attempt-limiter.ts'
import { longestPassword } from './passwords.ts'
import { type Users, userNamePattern } from './users.ts'

// Ten guesses in a row, then one a minute: 1,450 a day on one name.
const perName: AttemptLimit = { burst: 10, refillMs: 60_000, maxKeys: 10_000 }
// Several people may sit behind one address.
const perAddress: AttemptLimit = { burst: 20, refillMs: 15_000, maxKeys: 10_000 }

/** Who tries to get in, and from where. */
export interface SignInAttempt {
  readonly name: string
  readonly password: string
  /** The address of the other side. */
  readonly address: string
}

/** What comes of it. */
export type SignInResult =
  | { readonly kind: 'accepted'; readonly user: UserEntry }
  | { readonly kind: 'refused' }
  | Extract<AttemptVerdict, { kind: 'limited' }>

/** The door. */
export class SignIn {
  readonly #users: Users
  readonly #names: AttemptLimiter
  readonly #addresses: AttemptLimiter

  /** `now`: this server's clock, in ms. */
  constructor(users: Users, now: () => number) {
    this.#users = users
    this.#names = new AttemptLimiter(perName, now)
    this.#addresses = new AttemptLimiter(perAddress, now)
  }

  /** Looks at one attempt. */
  async attempt({ name, password, address }: SignInAttempt): Promise<SignInResult> {
    const network = addressKey(address)
    // What is no name at all shares one bucket, whatever its length.
    const nameKey = userNamePattern.test(name) ? name : ''
    const byAddress = this.#addresses.take(network)
    if (byAddress.kind === 'limited') return byAddress
    const byName = this.#names.take(nameKey)
    if (byName.kind === 'limited') return byName
    if (password.length > longestPassword) return { kind: 'refused' }
    const user = await this.#users.verify(name, password)
    if (user === null) return { kind: 'refused' }
    this.#names.giveBack(nameKey)
    this.#addresses.giveBack(network)
    return { kind: 'accepted', user }
  }
}
