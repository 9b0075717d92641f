import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets.ts'

const secret = 'hunter2-and-more'

describe('what is logged of a failure holds no secret', () => {
  it.each<[string, unknown]>([
    ['in a message', new Error(`no user for ${secret}, really: ${secret}`)],
    ['in a name', Object.assign(new Error('no'), { name: `Error of ${secret}` })],
    ['in a cause', new Error('no', { cause: new TypeError(`bad token ${secret}`) })],
    ['in a text that is a cause', new Error('no', { cause: secret })],
    ['in a property', Object.assign(new Error('no'), { query: `select ${secret}` })],
    ['in a list', Object.assign(new Error('no'), { command: { args: ['GET', secret] } })],
    ['in the name of a property', Object.assign(new Error('no'), { [secret]: 1 })],
    ['in several errors', new AggregateError([new Error(secret)], 'none worked')],
    ['in a text', `no ${secret}`],
    ['in an object', { token: secret }],
    ['in a map', new Map([[secret, secret]])],
    ['in bytes', { body: Buffer.from(secret) }],
    [
      'in a class of its own',
      new (class extends Error {
        readonly token = secret
      })('no'),
    ],
    ['in what is hidden from a list of properties', hidden()],
    ['far down', { a: { b: { c: { d: { e: secret } } } } }],
  ])('%s', (_, cause) => {
    const logged = inspect(withoutSecrets(cause, [secret]), { depth: 20, showHidden: true })
    expect(logged).not.toContain(secret)
    expect(logged).not.toContain(Buffer.from(secret).toString('hex').match(/../g)?.join(' '))
  })

  it('whichever part of one another it is', () => {
    const logged = inspect(withoutSecrets(new Error('abcdefgh'), ['abcd', 'abcdefgh']))
    expect(logged).toContain('Error: [redacted]\n')
  })
})

it('says everything else as it was', () => {
  const cause = Object.assign(new Error('connect refused'), {
    code: 'ECONNREFUSED',
    port: 5432,
    cause: new TypeError('inner'),
  })
  const logged = withoutSecrets(cause, [secret])
  expect(logged).toBeInstanceOf(Error)
  expect(logged).toMatchObject({
    message: 'connect refused',
    stack: cause.stack,
    code: 'ECONNREFUSED',
    port: 5432,
    cause: { name: 'TypeError', message: 'inner' },
  })
})

it.each([undefined, null, 7, true, 'text'])('leaves %j as it is', (cause) => {
  expect(withoutSecrets(cause, [secret])).toBe(cause)
})

it('ends with something that holds itself', () => {
  const cause: { self?: unknown } = {}
  cause.self = cause
  expect(inspect(withoutSecrets(cause, [secret]), { depth: 20 })).toContain('[…]')
})

it('does not take short words for secrets', () => {
  expect(withoutSecrets('an error', ['e', '', 'an'])).toBe('an error')
})

it('calls nothing of what it is given', () => {
  const cause = Object.defineProperty(new Error('no'), 'trap', {
    enumerable: true,
    get() {
      throw new Error('called')
    },
  })
  expect(() => withoutSecrets(cause, [secret])).not.toThrow()
})

function hidden(): Error {
  return Object.defineProperty(new Error('no'), 'token', { value: secret, enumerable: false })
}
