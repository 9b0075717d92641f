import type { ServerFrame } from './frames.ts'

/**
 * Reads a text frame of a server.
 *
 * A client trusts its server with the fields but not with the form: what is
 * not JSON, or not an object with a `type`, is `null` and never an exception.
 */
export function parseServerText(text: string): readonly ServerFrame[] | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const frames: readonly unknown[] = Array.isArray(value) ? value : [value]
  return frames.every(hasType) ? frames : null
}

// The server is the other half of this package: past the tag its frames are
// what frames.ts says, and a client of 6 kB does not check them twice.
function hasType(value: unknown): value is ServerFrame {
  return typeof value === 'object' && value !== null && 'type' in value
}
