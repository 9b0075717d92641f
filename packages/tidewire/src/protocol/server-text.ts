import type { ServerFrame } from './frames.ts'

/**
 * Reads a text frame of a server.
 *
 * A client trusts its server with the fields but not with the form. The server is
 * the other half of this package: past the tag its frames are what `frames.ts`
 * says, and a client of 6 kB does not check them twice.
 *
 * @throws SyntaxError for what is not JSON, TypeError for what is no object with a `type`
 */
export function parseServerText(text: string): ServerFrame {
  const frame: ServerFrame = JSON.parse(text)
  // What has no fields at all throws here by itself.
  if ('type' in frame) return frame
  throw new TypeError('a frame has a type')
}
