import type { CallFrame } from '../../../protocol/frames.ts'
import type { MethodContract } from '../../../protocol/method-types.ts'
import { type CheckedPayload, checkPayload } from '../../channel/payload-schema.ts'
import { isAllowed } from '../../channel/right.ts'
import { inTime, TookTooLong } from '../../in-time.ts'
import type { Caller } from './command.ts'

/** P-024: one answer a call, whatever its handler does. */
export async function call(caller: Caller, frame: CallFrame): Promise<void> {
  const { id, method: name } = frame
  const { methods } = caller.engine
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (method === undefined) return caller.refuse(id, 'UNKNOWN_METHOD')
  if (!isAllowed(method.access ?? 'authenticated', caller.identity)) {
    return caller.refuse(id, 'FORBIDDEN')
  }
  const { wheel, limits } = caller.engine
  const checked = checkPayload(method.input ?? null, frame.payload ?? null)
  const input = await (checked instanceof Promise
    ? inTime(checked, wheel, limits.permissionTimeoutMs)
    : checked)
  if (!input.ok) return caller.refuse(id, 'INVALID_PAYLOAD', input.message)
  await answer(caller, frame, { method, input })
}

async function answer(
  caller: Caller,
  { id, method: name }: CallFrame,
  { method, input }: { readonly method: MethodContract; readonly input: PassedIn },
): Promise<void> {
  try {
    const { wheel, limits } = caller.engine
    const payload = await inTime(handle(caller, method, input.value), wheel, limits.callTimeoutMs)
    caller.send({ type: 'result', id, payload: payload ?? null })
  } catch (cause) {
    // P-052: the cause is for the operator, never for the caller.
    const { connectionId, engine } = caller
    if (cause instanceof TookTooLong) engine.counters.limitsHit.callTimeoutMs += 1
    engine.logger.error('a method failed', { method: name, connectionId, cause })
    caller.refuse(id, 'HANDLER_FAILED')
  }
}

type PassedIn = Extract<CheckedPayload, { ok: true }>

async function handle(caller: Caller, method: MethodContract, input: unknown): Promise<unknown> {
  const { connectionId, identity: user } = caller
  // The contract forgets what the handler takes, so that methods of all kinds
  // fit into one table; the schema has just made sure of it.
  const run = method.handle as (input: unknown, caller: object) => unknown
  return run(input, { connectionId, user, userId: user?.userId ?? null })
}
