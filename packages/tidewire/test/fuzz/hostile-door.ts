import type { IncomingMessage } from 'node:http'
import { type AuthOptions, basicAuth, jwtAuth, sessionAuth } from 'tidewire'
import { verify } from './hostile-application.ts'

/**
 * Every way in at once, each of them failing when it is told to: by a cookie, a
 * password or a token.
 */
export const door: AuthOptions = {
  mode: 'optional',
  strategies: [
    sessionAuth<{ readonly how: string }>({
      middleware: readSession,
      identify: ({ how }) => verify(how),
    }),
    basicAuth({ realm: 'fuzz', verify: (name, password) => verify(`${name} ${password}`) }),
    jwtAuth({ secret: 'the fuzzer signs nothing with this secret' }),
  ],
  verify,
  tokenFrom: ['header', 'subprotocol', 'message', 'query'],
}

/** Middleware as an application has it, with a session in the cookie itself. */
function readSession(request: IncomingMessage, _response: object, next: (error?: unknown) => void) {
  const how = /connect\.sid=s%3A([\w ]+)/.exec(request.headers.cookie ?? '')?.[1]
  if (how === 'throws') throw new Error('the middleware throws')
  if (how === 'rejects') return next(new Error('the middleware fails'))
  if (how === 'never') return
  if (how !== undefined) Object.assign(request, { session: { how } })
  next()
}
