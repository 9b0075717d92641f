import { existsSync } from 'node:fs'
import type { DialectName } from '../load/dialects/by-name.ts'
import { findProgram } from './programs.ts'

/** A server that is measured, and how to speak to it. */
export interface Subject {
  readonly name: string
  /** The compiled module in `servers/`. */
  readonly module: URL
  readonly dialect: DialectName
  /** Its clients offer permessage-deflate. Default false. */
  readonly offersDeflate?: boolean
  /** It is a program of its own that the module feeds; else the module is the server. */
  readonly isExternal?: boolean
  /** Why it cannot run here, or null. */
  readonly missing?: () => string | null
}

/** All subjects, by name. */
const subjects = {
  tidewire: nodeSubject('tidewire', 'tidewire'),
  'tidewire-history': nodeSubject('tidewire-history', 'tidewire'),
  ws: nodeSubject('ws', 'ws'),
  'ws-buffer': nodeSubject('ws-buffer', 'ws'),
  'socket.io': nodeSubject('socket-io', 'socket.io', 'socket.io'),
  'tidewire-attacks': nodeSubject('tidewire-attacks', 'tidewire'),
  'tidewire-attacks-deflate': {
    ...nodeSubject('tidewire-attacks', 'tidewire', 'tidewire-attacks-deflate'),
    offersDeflate: true,
  },
  'ws-attacks': nodeSubject('ws-attacks', 'ws-batch'),
  'ws-attacks-deflate': {
    ...nodeSubject('ws-attacks', 'ws-batch', 'ws-attacks-deflate'),
    offersDeflate: true,
  },
  'write-only': nodeSubject('write-only', 'write-only'),
  'write-only-batch': nodeSubject('write-only-batch', 'write-only'),
  nats: {
    name: 'nats',
    module: serverModule('nats'),
    dialect: 'nats',
    isExternal: true,
    missing: () => (findProgram('nats-server') !== null ? null : 'nats-server is not installed'),
  },
  nchan: {
    name: 'nchan',
    module: serverModule('nchan'),
    dialect: 'nchan',
    isExternal: true,
    missing: () =>
      findProgram('nginx') !== null && existsSync(nchanModule)
        ? null
        : 'nginx with libnginx-mod-nchan is not installed',
  },
} as const satisfies Record<string, Subject>

/** Where Debian puts the module. */
export const nchanModule = '/usr/lib/nginx/modules/ngx_nchan_module.so'

export type SubjectName = keyof typeof subjects

/** Those of the subjects that can run here; prints why the others cannot, once each. */
export function presentSubjects(names: readonly SubjectName[]): readonly Subject[] {
  return names.map((name): Subject => subjects[name]).filter(isPresent)
}

const told = new Set<string>()

function isPresent({ name, missing }: Subject): boolean {
  const reason = missing?.() ?? null
  if (reason !== null && !told.has(name)) console.log(`skipped ${name}: ${reason}`)
  told.add(name)
  return reason === null
}

function nodeSubject(file: string, dialect: DialectName, name = file): Subject {
  return { name, module: serverModule(file), dialect }
}

function serverModule(file: string): URL {
  return new URL(`../servers/${file}.js`, import.meta.url)
}
