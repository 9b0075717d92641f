import type { SeededRandom } from 'tidewire/testing'

/**
 * What a hostile client puts where something else belongs. Values are JSON
 * text: half of what hurts a server cannot be written by `JSON.stringify`.
 */
export const hostileJson: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '0.5',
  '1e400',
  '-1e400',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551616',
  '1'.repeat(5_000),
  `0.${'0'.repeat(5_000)}1`,
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\uFEFF"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"../../etc/passwd"',
  '"%00%zz"',
  '"{{7*7}}"',
  '"\\r\\nSet-Cookie: a=b"',
  `"${'x'.repeat(65)}"`,
  `"${'x'.repeat(20_000)}"`,
  `"${'€'.repeat(200)}"`,
  `"${'\\"'.repeat(5_000)}"`,
  `"${'\\\\'.repeat(5_000)}"`,
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toJSON":1,"then":1,"length":-1}',
  '{"epoch":"","offset":-1}',
  '{"epoch":{},"offset":1e400}',
  '['.repeat(31) + ']'.repeat(31),
  '['.repeat(40) + ']'.repeat(40),
  `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`,
  '['.repeat(30_000),
  `[${'0,'.repeat(10_000)}0]`,
  `{${Array.from({ length: 2_000 }, (_, index) => `"${index}":${index}`).join(',')}}`,
]

/** Names no channel may have, and names that are only unusual. */
export const hostileChannels: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  '/',
  'room:',
  ':',
  'room:a/../secret',
  'room:{name}',
  'rооm:a',
  'room:\u0000',
  'room:\n',
  'room:a?b#c',
  `room:${'a'.repeat(250)}`,
  `room:${'a'.repeat(251)}`,
  `room:${'/'.repeat(200)}`,
  `room:${':'.repeat(200)}`,
  'user:ada',
  'user:*',
  'secret',
  'broken:throws',
  'broken:rejects',
  'broken:never',
  'may:all',
  'may:throws',
  'may:rejects',
  'may:never',
  '__proto__',
  'constructor',
]

/** Few on purpose: each name that was published to has a history for a while. */
export const openNames: readonly string[] = ['room:a', 'room:b', 'log:a', 'log:b', 'short:a']

/** Credentials the application fails on, accepts, or has never heard of. */
export const tokens: readonly string[] = [
  'user ada',
  'user eve',
  'soon ada',
  'past ada',
  'throws',
  'rejects',
  'never',
  'nothing',
  'garbage',
  '',
  'a.b.c',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAAA',
  `${'e'.repeat(30_000)}.${'y'.repeat(10_000)}.${'J'.repeat(10_000)}`,
]

/** Bytes of no meaning. */
export function noise(random: SeededRandom, maxLength: number): Buffer {
  const length = random.integer(1, maxLength)
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255)))
}
