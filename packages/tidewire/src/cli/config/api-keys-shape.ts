import { createTidewire } from '../../node/index.ts'
import type { ServedApiKey } from './serve-config.ts'
import { acceptedBy, checked, listOf, object, oneOf, required, type Shape, text } from './shape.ts'

const anyText = text('text', () => null)

const secretHash = text('a hash in hex', (value) =>
  /^[\da-f]{64}$/i.test(value)
    ? null
    : 'expected the SHA-256 of a secret, 64 hex digits; make a key with: tidewire token --api-key',
)

// For code that has no channel yet an empty list is right; whoever writes it down means all.
const patterns = checked(listOf(anyText), ({ length }, place) => {
  if (length > 0) return
  place.refuse('expected one pattern or more; leave it out for all channels')
})

/** The part `apiKeys` of a config; what a key may do is judged by the engine. */
export const apiKeysShape: Shape<readonly ServedApiKey[]> = acceptedBy(
  listOf(
    object<ServedApiKey>({
      id: required(anyText),
      secretHash: required(secretHash),
      scopes: required(listOf(oneOf('publish', 'read', 'connections', 'disconnect', 'metrics'))),
      channels: patterns,
    }),
  ),
  (given) => createTidewire({ channels: {}, apiKeys: given }),
)
