import type { CrowdListening, CrowdServerCommands } from '../servers/crowd-server.ts'
import { Child } from './child.ts'
import { cores } from './cores.ts'
import type { CrowdSubject } from './crowd-subject.ts'
import type { Redis } from './redis.ts'
import { extraServerArguments } from './run.ts'

/** A process with a server whose clients come and go, on the server's core. */
export type CrowdHost = Child<CrowdServerCommands>

/** Starts one that does not listen yet; so many events are in each channel already. */
export async function startHost(
  { module }: CrowdSubject,
  { redis, published = [] }: HostOptions,
): Promise<CrowdHost> {
  const host = Child.start<CrowdServerCommands>(module, {
    core: cores.server,
    nodeArguments: extraServerArguments,
  })
  try {
    await host.ask('start', { redisPort: redis?.port ?? null, published })
    return host
  } catch (cause) {
    await host[Symbol.asyncDispose]()
    throw cause
  }
}

/** Has it listen, on any free port or on that of one before it. */
export function listen(host: CrowdHost, port = 0): Promise<CrowdListening> {
  return host.ask('listen', { port })
}

/** What a server shares with others. */
export interface HostOptions {
  /** Null: nothing. */
  readonly redis: Redis | null
  readonly published?: readonly number[]
}
