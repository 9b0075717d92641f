import { expect, it } from 'vitest'
import { problemsWith } from '../../../test/cli/read-shape.ts'

const key = { id: 'orders', secretHash: 'ab'.repeat(32), scopes: ['read'] }
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

it.each<[string, unknown, string]>([
  [
    'one that is not in a list',
    key,
    'apiKeys: expected a list, each of it an object, got an object',
  ],
  [
    'its secret for the hash',
    [{ ...key, secretHash: 'hunter2' }],
    'apiKeys[0].secretHash: expected the SHA-256 of a secret, 64 hex digits; make a key with: tidewire token --api-key',
  ],
  [
    'the hash of a variable that was empty',
    [{ ...key, secretHash: hashOfNothing }],
    'apiKeys: secretHash of orders is that of nothing',
  ],
  [
    'a scope there is none of',
    [{ ...key, scopes: ['reed'] }],
    'apiKeys[0].scopes[0]: expected "publish", "read", "connections", "disconnect" or "metrics", got "reed" (did you mean "read"?)',
  ],
  ['one id twice', [key, { ...key, secretHash: 'cd'.repeat(32) }], 'apiKeys: an id is there twice'],
  [
    'one secret twice',
    [key, { ...key, id: 'bills', secretHash: 'AB'.repeat(32) }],
    'apiKeys: orders and bills have one secret',
  ],
  [
    'an id with a sign that ends it',
    [{ ...key, id: 'a_b' }],
    'apiKeys: an id is 1 to 64 letters, digits or "-", not "a_b"',
  ],
  [
    'no channel at all',
    [{ ...key, channels: [] }],
    'apiKeys[0].channels: expected one pattern or more; leave it out for all channels',
  ],
  [
    'a pattern that is none',
    [{ ...key, channels: ['chat:*'] }],
    'apiKeys: channel pattern "chat:*" must be a name of A-Z a-z 0-9 _ - . ~ @ = + , ! / : and {params}',
  ],
])('keys are refused: %s', (_, apiKeys, problem) => {
  expect(problemsWith({ apiKeys })).toEqual([problem])
})
