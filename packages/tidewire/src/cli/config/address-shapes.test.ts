import { describe, expect, it } from 'vitest'
import { problemsWith } from '../../../test/cli/read-shape.ts'

const anAddress = 'host: expected an address such as "127.0.0.1"'
const anOrigin =
  'origins[0]: expected an origin such as "https://app.example": with its scheme, without a path'

describe('the host', () => {
  it.each<[string, unknown, string]>([
    ['empty', '', anAddress],
    ['all addresses by accident', '0', anAddress],
    ['a star', '*', anAddress],
    ['an address with a slip', '127.0.0', anAddress],
    ['an address there is none of', '256.1.1.1', anAddress],
    ['in brackets', '[::1]', anAddress],
    ['without its zone', 'fe80::1%', anAddress],
    ['dots', '...', anAddress],
    ['a URL', 'http://localhost', anAddress],
    ['a number', 127, `${anAddress}, got a number`],
    [
      'with a port',
      'localhost:3000',
      'host: expected an address without a port, which is a setting of its own',
    ],
  ])('is refused: %s', (_, host, problem) => {
    expect(problemsWith({ host })).toEqual([problem])
  })

  it.each([
    '0.0.0.0',
    '::',
    '::1',
    'fe80::1%eth0',
    'localhost',
    'node-1.chat_svc.local.',
    '1.example',
  ])('may be %s', (host) => {
    expect(problemsWith({ host })).toEqual([])
  })
})

describe('the path', () => {
  it.each([
    'ws',
    '/ws?x=1',
    '/ws#x',
    '/w s',
    '/ü',
    '',
    'ws://host/ws',
    '/a/../ws',
    '/./ws',
    '/{ws}',
  ])('is refused: %j', (path) => {
    expect(problemsWith({ path })).toEqual([
      'path: expected a path such as "/ws": it begins with "/", and has no space, "?", "#", ".." or what else a URL writes with "%"',
    ])
  })

  it('is refused as a number', () => {
    expect(problemsWith({ path: 1 })).toEqual(['path: expected a path such as "/ws", got a number'])
  })

  it.each(['/', '/ws', '/ws/', '/live/v1.0/~ada', '/%77s'])('may be %s', (path) => {
    expect(problemsWith({ path })).toEqual([])
  })
})

describe('origins', () => {
  it.each<[string, unknown, string]>([
    ['without a scheme', ['app.example'], anOrigin],
    ['with a slash at the end', ['https://app.example/'], anOrigin],
    ['with a password', ['https://me:hunter2@app.example'], anOrigin],
    ['with a port there is none of', ['https://app.example:99999'], anOrigin],
    ['the opaque one', ['null'], anOrigin],
    ['any as a star', ['*'], 'origins[0]: for pages of any origin say "origins": "any"'],
    ['any in a list', ['any'], 'origins[0]: for pages of any origin say "origins": "any"'],
    [
      'all of a domain',
      ['https://*.app.example'],
      'origins[0]: each origin has an entry of its own; "*" stands for none',
    ],
    [
      'the address of the WebSocket',
      ['wss://app.example'],
      'origins[0]: expected the origin of the page, "https://…", not of the server',
    ],
    [
      'a number',
      1,
      'origins: expected a list, each of it an origin such as "https://app.example", got a number',
    ],
  ])('are refused: %s', (_, origins, problem) => {
    expect(problemsWith({ origins })).toEqual([problem])
  })
})

describe('proxies', () => {
  it.each(['0.0.0.0/0', '::/0', '0.0.0.0/1', '10.0.0.0/7', '::ffff:0:0/96', '8000::/1'])(
    'are not everybody: %s',
    (block) => {
      expect(problemsWith({ trustProxy: ['loopback', block] })).toEqual([
        `trustProxy: "${block}" would let anybody claim any address; name the proxies themselves, or a block of /8 or more (IPv6: /7)`,
      ])
    },
  )

  it.each([
    '*',
    '',
    ' loopback',
    'Loopback',
    '127.0.0.1:80',
    '10.0.0.0/',
    '10.0.0.0/33',
    '0.0.0.0',
    '::',
  ])('are refused: %j', (entry) => {
    expect(problemsWith({ trustProxy: [entry] })).toEqual([
      `trustProxy: "${entry}" is no address of a proxy, CIDR block, "loopback" or "private"`,
    ])
  })

  it.each([true, 1, 'loopback', {}])('are a list, not %j', (trustProxy) => {
    expect(problemsWith({ trustProxy })).toEqual([
      expect.stringMatching(/^trustProxy: expected a list, each of it text, got /),
    ])
  })
})
