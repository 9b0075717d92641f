import type { MakeMember } from './member.ts'
import { socketIoLeanMember } from './socket-io-lean-member.ts'
import { socketIoMember } from './socket-io-member.ts'
import { tidewireLeanMember } from './tidewire-lean-member.ts'
import { tidewireMember } from './tidewire-member.ts'

/** The kinds of clients, by the name the runner uses for them. */
export const members = {
  tidewire: tidewireMember,
  'tidewire-lean': tidewireLeanMember,
  'socket.io': socketIoMember,
  'socket.io-lean': socketIoLeanMember,
} as const satisfies Record<string, MakeMember>

export type MemberName = keyof typeof members
