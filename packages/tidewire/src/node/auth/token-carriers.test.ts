import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bareRequest } from '../../../test/support/bare-request.ts'
import { defaultTokenCarriers, type TokenCarrier, tokenIn } from './token-carriers.ts'

describe('the header', () => {
  it.each([
    ['Bearer abc.def', 'abc.def'],
    ['bearer abc', 'abc'],
    ['BEARER   abc  ', 'abc'],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer two words', null],
    ['Bearerabc', null],
    ['Basic YTpi', null],
    ['', null],
  ])('%j carries %j', (authorization, token) => {
    expect(found({ authorization }, ['header'])).toBe(token)
  })
})

describe('the subprotocols', () => {
  it.each([
    ['bearer.abc', 'abc'],
    ['tidewire.v1.json, bearer.abc.def', 'abc.def'],
    ['bearer.abc,tidewire.v1.json', 'abc'],
    ['bearer.first, bearer.second', 'first'],
    ['bearer.', null],
    ['Bearer.abc', null],
    ['xbearer.abc', null],
    ['tidewire.v1.json', null],
  ])('%j carry %j', (offered, token) => {
    expect(found({ 'sec-websocket-protocol': offered }, ['subprotocol'])).toBe(token)
  })
})

describe('the query', () => {
  it.each([
    ['/ws?token=abc', 'abc'],
    ['/ws?a=b&token=a%2Bb', 'a+b'],
    ['/ws?token=first&token=second', 'first'],
    ['/ws?token=a?b', 'a?b'],
    ['/ws?token=abc#token=def', 'abc'],
    ['/ws?token=', null],
    ['/ws?Token=abc', null],
    ['/ws', null],
    ['/token=abc', null],
    ['//host:99999?token=abc', 'abc'],
    ['/ws?token=%zz', '%zz'],
    ['', null],
  ])('of %j carries %j', (url, token) => {
    expect(tokenIn(bareRequest({ url }), new Set(['query']))).toBe(token)
  })
})

describe('a place that is not listed', () => {
  const everywhere = bareRequest({
    url: '/ws?token=query',
    headers: { authorization: 'Bearer header', 'sec-websocket-protocol': 'bearer.subprotocol' },
  })

  it.each([
    [[], null],
    [['message'], null],
    [['query'], 'query'],
    [['subprotocol', 'query'], 'subprotocol'],
    [defaultTokenCarriers, 'header'],
  ] as const)('is not looked at: of %j', (carriers, token) => {
    expect(tokenIn(everywhere, new Set<TokenCarrier>(carriers))).toBe(token)
  })

  it('is the query, unless an application lists it', () => {
    expect(defaultTokenCarriers).not.toContain('query')
  })
})

it('nothing in a request makes it throw', () => {
  const text = fc.string({ unit: 'binary' })
  const all = new Set<TokenCarrier>(['header', 'subprotocol', 'query'])
  fc.assert(
    fc.property(text, text, text, (url, authorization, offered) => {
      const headers = { authorization, 'sec-websocket-protocol': offered }
      const token = tokenIn(bareRequest({ url, headers }), all)
      expect(token === null || token.length > 0).toBe(true)
    }),
  )
})

function found(headers: Readonly<Record<string, string>>, carriers: readonly TokenCarrier[]) {
  return tokenIn(bareRequest({ headers }), new Set(carriers))
}
