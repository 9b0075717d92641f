import { describe, expect, it } from 'vitest'
import { apiOptionsFrom } from './api-options.ts'

const declared = { 'user:{userId}': {}, 'user:{userId}/{device}': {}, news: {} }

describe('the options of plain HTTP', () => {
  it('have defaults', () => {
    expect(apiOptionsFrom({}, declared)).toMatchObject({
      path: '/api',
      userChannel: null,
      probes: true,
    })
  })

  it.each(['', '/', 'api', '/api/', '/a b', '/{x}', '//api', '/..', '/./api'])(
    'know no path %j',
    (path) => {
      expect(() => apiOptionsFrom({ path }, declared)).toThrow(/api.path/)
    },
  )

  it('serve no metrics to anybody where there are none', () => {
    expect(() => apiOptionsFrom({ probes: false, metrics: 'anybody' }, {})).toThrow(/api.metrics/)
  })

  it.each(['news', 'user:{userId}/{device}', 'account:{userId}', 'user:{id}', 'toString'])(
    'know no channel of a user under %s',
    (userChannel) => {
      expect(() => apiOptionsFrom({ userChannel }, declared)).toThrow(/api.userChannel/)
    },
  )
})
