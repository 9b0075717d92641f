import type { AuthFrame, ClientFrame } from '../../../protocol/frames.ts'
import { call } from './call.ts'
import type { Caller } from './command.ts'
import { history } from './history.ts'
import { publish } from './publish.ts'
import { subscribe } from './subscribe.ts'
import { unsubscribe } from './unsubscribe.ts'

/** Every frame that is a command; `auth` is not: it changes who the caller is. */
export type Command = Exclude<ClientFrame, AuthFrame>

/** Runs the command a frame asks for. */
export function runCommand(caller: Caller, frame: Command): Promise<void> | void {
  switch (frame.type) {
    case 'subscribe':
      return subscribe(caller, frame)
    case 'unsubscribe':
      return unsubscribe(caller, frame)
    case 'publish':
      return publish(caller, frame)
    case 'history':
      return history(caller, frame)
    case 'call':
      return call(caller, frame)
    case 'heartbeat':
      return caller.send({ type: 'heartbeat', time: caller.engine.clock.now() })
  }
}
