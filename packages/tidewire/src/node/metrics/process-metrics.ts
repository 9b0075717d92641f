import { readFileSync } from 'node:fs'
import type { NumberMetric } from './exposition.ts'

/**
 * What a node says of its process: what costs a few microseconds to ask.
 *
 * The names begin like all others, so that this text may stand beside that of an
 * application which tells `process_…` itself. Open files are left out: to count
 * them is to list them, at 100,000 connections for too long.
 */
export function processMetrics(): readonly NumberMetric[] {
  const { user, system } = process.cpuUsage()
  return [
    {
      name: 'tidewire_build_info',
      kind: 'gauge',
      help: 'Always 1; which version of Tidewire runs on which Node.',
      samples: [{ labels: { version: version(), node: process.versions.node }, value: 1 }],
    },
    {
      name: 'tidewire_process_start_time_seconds',
      kind: 'gauge',
      help: 'When the process began, since the epoch.',
      samples: [{ value: performance.timeOrigin / 1_000 }],
    },
    {
      name: 'tidewire_process_cpu_seconds_total',
      kind: 'counter',
      help: 'Time on a core, of the whole process.',
      samples: [{ value: (user + system) / 1_000_000 }],
    },
    {
      name: 'tidewire_process_resident_memory_bytes',
      kind: 'gauge',
      help: 'Memory of the whole process.',
      samples: [{ value: process.memoryUsage.rss() }],
    },
  ]
}

let knownVersion: string | null = null

function version(): string {
  knownVersion ??= readVersion()
  return knownVersion
}

// Bundled into an application the manifest there is another's, or none.
function readVersion(): string {
  try {
    const file = new URL('../../../package.json', import.meta.url)
    const manifest: { readonly name?: unknown; readonly version?: unknown } = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    return manifest.name === 'tidewire' ? String(manifest.version) : unknownVersion
  } catch {
    return unknownVersion
  }
}

const unknownVersion = 'unknown'
