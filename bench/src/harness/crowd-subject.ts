import type { MemberName } from '../crowd/members.ts'
import { findProgram } from './programs.ts'

/** A server whose clients come and go, and who they are. */
export interface CrowdSubject {
  readonly name: string
  /** The compiled module in `servers/`. */
  readonly module: URL
  /** Its own client, as an application uses it. */
  readonly client: MemberName
  /** The same behaviour at a price that a load generator can pay ten thousand times. */
  readonly leanClient: MemberName
}

/** The servers that recover what a client has missed. */
export const crowdSubjects = {
  tidewire: {
    name: 'tidewire',
    module: serverModule('tidewire-crowd'),
    client: 'tidewire',
    leanClient: 'tidewire-lean',
  },
  'socket.io': {
    name: 'socket.io',
    module: serverModule('socket-io-crowd'),
    client: 'socket.io',
    leanClient: 'socket.io-lean',
  },
} as const satisfies Record<string, CrowdSubject>

/** Whether processes can share what they know here; prints why not. */
export function hasRedis(): boolean {
  const isThere = findProgram('redis-server') !== null
  if (!isThere) console.log('skipped what needs Redis: redis-server is not installed')
  return isThere
}

function serverModule(file: string): URL {
  return new URL(`../servers/${file}.js`, import.meta.url)
}
