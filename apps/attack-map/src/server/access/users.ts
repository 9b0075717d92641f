/**
 * The users of this map and their password hashes, in `users.json`.
 *
 * There is always an administrator: the last one can be neither removed nor
 * demoted. Whoever's password or role changes is told to the listener, which
 * ends that user's sessions.
 */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Role, UserEntry } from '../../shared/access.ts'
import type { DataFolder } from '../data/data-folder.ts'
import { type JsonFile, openJsonFile } from '../data/json-file.ts'
import { type Passwords, passwordFault } from './passwords.ts'
import { Refusal } from './refusal.ts'

const fileName = 'users.json'
const maxUsers = 1000

/** Names of users: no capitals, so that no two look alike but for them, and no colon. */
export const userNamePattern = /^[a-z0-9][a-z0-9._-]{0,31}$/

const userSchema = z.strictObject({
  name: z.string().regex(userNamePattern),
  role: z.enum(['operator', 'admin']),
  passwordHash: z.string().startsWith('$argon2id$'),
  mustChangePassword: z.boolean(),
  createdAt: z.number(),
})

const fileSchema = z.strictObject({ users: z.array(userSchema.readonly()).readonly() }).readonly()

type StoredUser = z.output<typeof userSchema>
type Content = z.output<typeof fileSchema>

/** What users are made with. */
export interface UsersOptions {
  readonly folder: DataFolder
  readonly passwords: Passwords
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
}

/** A user to be added, whose first password is somebody else's choice. */
export interface NewUser {
  readonly name: string
  readonly role: Role
  readonly password: string
}

/** Reads the users; a StartupError when their file is not what this server writes. */
export async function openUsers(options: UsersOptions): Promise<Users> {
  const path = options.folder.file(fileName)
  const file = await openJsonFile<Content>({ path, schema: fileSchema, fallback: { users: [] } })
  // Unknown names are checked against it, so that they take as long as known ones.
  const decoyHash = await options.passwords.hash(randomBytes(24).toString('base64url'))
  return new Users(options, file, decoyHash)
}

/** Everybody who may sign in. */
export class Users {
  readonly #options: UsersOptions
  readonly #file: JsonFile<Content>
  readonly #decoyHash: string
  #onChanged: (name: string) => void = () => {}

  constructor(options: UsersOptions, file: JsonFile<Content>, decoyHash: string) {
    this.#options = options
    this.#file = file
    this.#decoyHash = decoyHash
  }

  /** Everybody, by name. */
  list(): readonly UserEntry[] {
    return this.#file.content.users.map(entryOf).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** A user as it is now; null when there is none of that name. */
  find(name: string): UserEntry | null {
    const user = this.#stored(name)
    return user === undefined ? null : entryOf(user)
  }

  /** Takes the listener that hears whose sessions no longer hold. */
  onChanged(listener: (name: string) => void): void {
    this.#onChanged = listener
  }

  /** The user a name and a password belong to; null, after the same time, for every other pair. */
  async verify(name: string, password: string): Promise<UserEntry | null> {
    const user = this.#stored(name)
    const matches = await this.#options.passwords.verify(
      password,
      user?.passwordHash ?? this.#decoyHash,
    )
    return matches && user !== undefined ? this.find(name) : null
  }

  /** Adds a user, who has to choose a password of their own at the first sign-in. */
  async add({ name, role, password }: NewUser): Promise<void> {
    assertName(name)
    assertPassword(password, name)
    const passwordHash = await this.#options.passwords.hash(password)
    const createdAt = this.#options.now()
    const user = { name, role, passwordHash, mustChangePassword: true, createdAt }
    await this.#file.update(({ users }) => {
      if (users.some((other) => other.name === name)) {
        throw new Refusal('NAME_TAKEN', `there is a user ${name} already`)
      }
      if (users.length >= maxUsers) throw new Refusal('TOO_MANY', `${maxUsers} users at most`)
      return { users: [...users, user] }
    })
  }

  /** Removes a user. */
  async remove(name: string): Promise<void> {
    await this.#file.update(({ users }) => {
      assertKnown(users, name)
      return withAdmin({ users: users.filter((user) => user.name !== name) })
    })
    this.#onChanged(name)
  }

  /** Gives a user another role. */
  async setRole(name: string, role: Role): Promise<void> {
    await this.#replace(name, { role })
  }

  /**
   * Gives a user another password.
   *
   * @param mustChange true when it is not the user's own choice
   */
  async setPassword(name: string, password: string, mustChange: boolean): Promise<void> {
    assertPassword(password, name)
    const passwordHash = await this.#options.passwords.hash(password)
    await this.#replace(name, { passwordHash, mustChangePassword: mustChange })
  }

  async #replace(name: string, change: Partial<StoredUser>): Promise<void> {
    await this.#file.update(({ users }) => {
      assertKnown(users, name)
      return withAdmin({
        users: users.map((user) => (user.name === name ? { ...user, ...change } : user)),
      })
    })
    this.#onChanged(name)
  }

  #stored(name: string): StoredUser | undefined {
    return this.#file.content.users.find((user) => user.name === name)
  }
}

function entryOf({ name, role, mustChangePassword, createdAt }: StoredUser): UserEntry {
  return { name, role, mustChangePassword, createdAt }
}

function assertName(name: string): void {
  if (userNamePattern.test(name)) return
  throw new Refusal(
    'INVALID',
    'a user name has 1 to 32 of a-z, 0-9, dot, dash and underscore, and begins with a letter or digit',
  )
}

function assertPassword(password: string, name: string): void {
  const fault = passwordFault(password, name)
  if (fault !== null) throw new Refusal('INVALID', fault)
}

function assertKnown(users: Content['users'], name: string): void {
  if (users.some((user) => user.name === name)) return
  throw new Refusal('NOT_FOUND', `there is no user ${name}`)
}

function withAdmin(content: Content): Content {
  if (content.users.some(({ role }) => role === 'admin')) return content
  throw new Refusal('LAST_ADMIN', 'this is the only administrator; make another one first')
}
