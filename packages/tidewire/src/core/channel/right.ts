import type { Access, ChannelAccess } from '../../protocol/access.ts'
import type { ChannelParams, ChannelPattern } from '../../protocol/channel-pattern.ts'
import type { Identity } from '../ports/auth.ts'
import type { Permission } from './permission.ts'

/**
 * Who may do one thing on the channels of one pattern: the access that was
 * declared, and the application's own permission where it has one.
 */
export interface Right {
  /** The option the permission came from, for the log. */
  readonly name: RightName
  readonly access: ChannelAccess
  readonly can: Permission | null
  /** The values a name of this pattern gives to its params. */
  readonly paramsOf: (channel: string) => ChannelParams
}

type RightName = 'canSubscribe' | 'canPublish'

/** Whether someone, or nobody in particular, has this access. */
export function isAllowed(access: Access, identity: Identity | null): boolean {
  if (access === 'anyone') return true
  return access === 'authenticated' && identity !== null
}

/** Whether the declared access allows it; the permission is not asked. */
export function hasAccess(right: Right, identity: Identity | null, channel: string): boolean {
  if (right.access !== 'owner') return isAllowed(right.access, identity)
  return identity !== null && right.paramsOf(channel)[ownerParam] === identity.userId
}

/**
 * A right as it was declared.
 *
 * @throws TypeError for an access there is none of, an owner of channels that
 *   have no `{userId}`, a permission that is no function or is never asked.
 */
export function rightOf(pattern: ChannelPattern, declared: DeclaredRight): Right {
  const { name, access, can = null } = declared
  assertRight(pattern, { name, access, can })
  return { name, access, can, paramsOf: (channel) => pattern.match(channel) ?? {} }
}

/** What an application says of one right. */
export interface DeclaredRight {
  readonly name: RightName
  readonly access: ChannelAccess
  readonly can?: Permission | null | undefined
}

const ownerParam = 'userId'

const accesses: readonly ChannelAccess[] = ['anyone', 'authenticated', 'owner', 'nobody']

function assertRight({ source, params }: ChannelPattern, { name, access, can }: DeclaredRight) {
  const problem = problemOf(params, { name, access, can })
  if (problem !== null) throw new TypeError(`channel ${JSON.stringify(source)}: ${problem}`)
}

function problemOf(params: readonly string[], { name, access, can }: DeclaredRight): string | null {
  if (!accesses.includes(access)) return `an access is one of ${accesses.join(', ')}`
  if (access === 'owner' && !params.includes(ownerParam)) {
    return `access owner needs a {${ownerParam}} in the pattern`
  }
  if (can !== null && typeof can !== 'function') return `${name} is a function`
  if (can !== null && access === 'nobody') return `${name} is never asked where nobody has access`
  return null
}
