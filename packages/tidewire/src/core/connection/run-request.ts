import type { RequestId } from '../../protocol/frames.ts'
import { TookTooLong } from '../in-time.ts'
import { BrokerUnavailable } from '../ports/broker.ts'
import type { Caller } from './commands/command.ts'
import { type Command, runCommand } from './commands/run-command.ts'
import type { OpenIds } from './open-ids.ts'

/**
 * Runs a command and sees to it that a request has one answer, whatever happens
 * in it: its id is taken until then, and a failure nobody expected is answered
 * and told to the operator.
 */
export function runRequest(caller: Caller, openIds: OpenIds, frame: Command): void {
  const id = 'id' in frame ? frame.id : undefined
  if (id !== undefined && openIds.has(id)) {
    return caller.refuse(undefined, 'INVALID_FRAME', 'id is in use by a request that is still open')
  }
  const running = begin(caller, frame, id)
  if (running === undefined) return
  if (id !== undefined) openIds.add(id)
  running.then(
    () => openIds.delete(id),
    (cause: unknown) => {
      openIds.delete(id)
      answerFailure(caller, { frame, id, cause })
    },
  )
}

// A command may fail in this very turn: a schema is the application's code.
function begin(caller: Caller, frame: Command, id: RequestId | undefined): Promise<void> | void {
  try {
    return runCommand(caller, frame)
  } catch (cause) {
    answerFailure(caller, { frame, id, cause })
  }
}

function answerFailure(caller: Caller, { frame, id, cause }: Failure): void {
  const { connectionId, engine } = caller
  const code = cause instanceof BrokerUnavailable ? 'BROKER_UNAVAILABLE' : 'INTERNAL'
  // A schema that answers later has as long as a permission; nothing else comes here by time.
  if (cause instanceof TookTooLong) engine.counters.limitsHit.permissionTimeoutMs += 1
  engine.logger.error('a command failed', { command: frame.type, connectionId, cause })
  caller.refuse(id, code)
}

interface Failure {
  readonly frame: Command
  readonly id: RequestId | undefined
  readonly cause: unknown
}
