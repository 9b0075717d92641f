import type { AnyChannels, Client } from '../../src/client/client.ts'
import type { ClientOptions } from '../../src/client/client-options.ts'
import type { ClientState } from '../../src/client/client-state.ts'
import { connectIn } from '../../src/client/connect.ts'
import type { TidewireError } from '../../src/client/tidewire-error.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { type ScriptedLink, ScriptedServer } from './scripted-server.ts'

/**
 * A client on virtual time with a scripted server at the other end, and
 * everything it tells its application.
 */
export interface ClientRig {
  readonly client: Client
  readonly clock: VirtualClock
  readonly server: ScriptedServer
  /** The newest link of the server. */
  readonly link: ScriptedLink
  /** Every state since the first. */
  readonly states: readonly ClientState[]
  /** What came as `error` events. */
  readonly errors: readonly TidewireError[]
  /** What came when nobody listened. */
  readonly reported: readonly unknown[]
}

/** Connects; the link is open and the server has said nothing yet. */
export function startClient(options: ClientOptions & RigOptions = {}): ClientRig {
  const { listenForErrors = true, url = 'ws://server.test/ws', ...clientOptions } = options
  const clock = new VirtualClock()
  const server = new ScriptedServer()
  const reported: unknown[] = []
  const environment = {
    clock,
    dial: server.dial,
    random: () => 0,
    origin: undefined,
    report: (error: unknown) => reported.push(error),
  }
  const client = connectIn<AnyChannels>(environment, url, clientOptions)
  const states: ClientState[] = []
  const errors: TidewireError[] = []
  client.on('state', (state) => states.push(state))
  if (listenForErrors) client.on('error', (error) => errors.push(error))
  return {
    client,
    clock,
    server,
    states,
    errors,
    reported,
    get link() {
      return server.link
    },
  }
}

/** Connects and says hello: the client is online. */
export function startOnline(options: ClientOptions & RigOptions = {}): ClientRig {
  const rig = startClient(options)
  rig.link.greet()
  return rig
}

/** Breaks the link, lets the client dial again, and says hello. */
export async function reconnect(rig: ClientRig): Promise<ScriptedLink> {
  rig.link.drop()
  const link = await redial(rig)
  link.greet()
  return link
}

/** Moves the clock to the client's next attempt. */
export async function redial({ client, clock, server }: ClientRig): Promise<ScriptedLink> {
  const { state } = client
  if (state.kind !== 'waiting') throw new Error(`the client is ${state.kind}, not waiting`)
  await clock.advance(state.retryAt - clock.now())
  return server.link
}

/** What differs from an ordinary application. */
export interface RigOptions {
  /** False: nobody listens for `error` events. Default true. */
  readonly listenForErrors?: boolean
  /** Where the server is said to be. */
  readonly url?: string
}
