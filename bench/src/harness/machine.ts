import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { cores } from './cores.ts'
import { findProgram } from './programs.ts'

/** What a figure depends on beside the code. Nothing in it names the machine. */
export function describeMachine(): Readonly<Record<string, unknown>> {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    pinned: cores,
    versions: Object.fromEntries(
      ['tidewire', 'ws', 'socket.io', 'ioredis'].map((name) => [name, versionOf(name)]),
    ),
    revision: outputOf('git', ['describe', '--always', '--dirty']),
    programs: {
      'nats-server': outputOf('nats-server', ['--version']),
      nginx: outputOf('nginx', ['-v']),
      'redis-server': outputOf('redis-server', ['--version']),
    },
  }
}

/** The version of an installed package; some do not export their manifest. */
function versionOf(name: string): string | null {
  const folder = require.resolve.paths(name)?.find((path) => existsSync(join(path, name)))
  if (folder === undefined) return null
  const manifest: unknown = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
  // Every package.json that npm installs has a version.
  return (manifest as { readonly version: string }).version
}

const require = createRequire(import.meta.url)

/** What a program says of itself; some say it on stderr. */
function outputOf(program: string, args: readonly string[]): string | null {
  const path = findProgram(program)
  if (path === null) return null
  const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8' })
  return `${stdout}${stderr}`.trim()
}
