import type { RequestId } from '../../protocol/frames.ts'
import type { Caller } from './commands/command.ts'

/**
 * Tells a caller that it has no right on a channel. A backend is told why, because
 * whoever runs it has to find out; users are not told which channels there are.
 */
export function refuseForbidden(
  caller: Caller,
  { id, channel }: { readonly id?: RequestId | undefined; readonly channel: string },
): void {
  const { grant, engine } = caller
  if (grant === null) return caller.refuse(id, 'FORBIDDEN')
  const isDeclared = engine.ruleOf(channel) !== null
  caller.refuse(id, 'FORBIDDEN', isDeclared ? notOfTheKey : notDeclared)
}

const notOfTheKey = 'the API key does not allow this on this channel'
const notDeclared = 'no such channel is declared'
