import { hasAccess, type Right } from '../channel/right.ts'
import { inTime, TookTooLong } from '../in-time.ts'
import { isPending } from '../pending.ts'
import type { Identity } from '../ports/auth.ts'
import type { Caller } from './commands/command.ts'

/**
 * Whether a caller has a right on a channel: at once, unless the application's
 * permission takes its time; then a promise, which never rejects.
 *
 * The answer holds for who is on the connection when it is given: a renewal
 * meanwhile asks again, and nobody has a right on a connection that has ended.
 */
export function isPermitted(
  caller: Caller,
  right: Right,
  channel: string,
): boolean | Promise<boolean> {
  const { grant } = caller
  if (grant !== null) return grant.allows(right.name === 'canPublish' ? 'publish' : 'read', channel)
  if (!hasAccess(right, caller.identity, channel)) return false
  if (right.can === null) return true
  try {
    const answer: unknown = right.can(requestOf(caller, right, channel))
    // The permission itself may have ended the connection.
    if (!isPending(answer)) return yesOrNo(answer) && !caller.isClosed
    return whenSettled(caller, { right, channel, askedOf: caller.identity, answer })
  } catch (cause) {
    return failed(caller, { right, channel, cause })
  }
}

interface Question {
  readonly right: Right
  readonly channel: string
  readonly askedOf: Identity | null
  readonly answer: PromiseLike<unknown>
}

async function whenSettled(caller: Caller, question: Question): Promise<boolean> {
  const { right, channel, askedOf, answer } = question
  const { wheel, limits } = caller.engine
  const isAllowed = await inTime(answer, wheel, limits.permissionTimeoutMs)
    .then(yesOrNo)
    .catch((cause: unknown) => failed(caller, { right, channel, cause }))
  if (caller.isClosed) return false
  return caller.identity === askedOf ? isAllowed : isPermitted(caller, right, channel)
}

function requestOf({ identity, connectionId, remoteAddress }: Caller, right: Right, name: string) {
  return {
    user: identity,
    channel: name,
    params: right.paramsOf(name),
    connection: { connectionId, remoteAddress },
  }
}

// A user's row that was found is not a yes: who forgot to say which, said no.
function yesOrNo(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new TypeError('a permission answers true or false')
}

function failed(
  { connectionId, engine }: Caller,
  { right, channel, cause }: Pick<Question, 'right' | 'channel'> & { readonly cause: unknown },
): false {
  if (cause instanceof TookTooLong) engine.counters.limitsHit.permissionTimeoutMs += 1
  engine.logger.error('a permission failed; the client was refused', {
    permission: right.name,
    channel,
    connectionId,
    cause,
  })
  return false
}
