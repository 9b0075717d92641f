import { describe, expect, it } from 'vitest'
import { brokerProblem, redisPlace } from './broker-url.ts'

const nowhere = {
  port: 6_379,
  username: undefined,
  password: undefined,
  db: 0,
  isSecure: false,
  prefix: undefined,
  trustRestarts: false,
}

describe('the URL of a broker', () => {
  it.each([
    ['redis://host', { host: 'host' }],
    ['redis://host/', { host: 'host' }],
    ['REDIS://host:7000/2', { host: 'host', port: 7_000, db: 2 }],
    ['rediss://host', { host: 'host', isSecure: true }],
    ['redis://[::1]:7000', { host: '::1', port: 7_000 }],
    ['redis://:p%40ss%2F%25@host', { host: 'host', password: 'p@ss/%' }],
    ['redis://ada:secret@10.0.0.1', { host: '10.0.0.1', username: 'ada', password: 'secret' }],
    ['redis://host?prefix=chat:', { host: 'host', prefix: 'chat:' }],
    ['redis://host/1?trustRestarts=true', { host: 'host', db: 1, trustRestarts: true }],
  ])('%s means a Redis', (url, expected) => {
    expect(brokerProblem(url)).toBeNull()
    expect(redisPlace(url)).toEqual({ ...nowhere, ...expected })
  })

  it('may mean the memory of the process', () => {
    expect([brokerProblem('memory:'), redisPlace('memory:')]).toEqual([null, null])
  })

  it.each([
    ['', 'expected "memory:" or a URL such as "redis://host:6379"'],
    ['host:6379', 'expected "memory:" or a URL'],
    ['memory', 'expected "memory:" or a URL'],
    ['http://hunter2@host', 'expected "memory:" or a URL'],
    ['nats://hunter2@host', 'the broker for NATS is not built yet'],
    ['redis:', 'not a URL of a host'],
    ['redis://', 'not a URL of a host'],
    ['redis:///2', 'not a URL of a host'],
    ['redis://host:port', 'not a URL of a host'],
    ['redis://host:70000', 'not a URL of a host'],
    ['redis://:hun/ter2@host', '%2F'],
    ['redis://:hunter2#@host', '%23'],
    ['redis://:hunter2%zz@host', '%2F'],
    ['redis://host/hunter2', 'the number of a database'],
    ['redis://host/2/3', 'the number of a database'],
    ['redis://host#2', '"#" has no meaning here'],
    ['redis://host?password=hunter2', 'only "prefix" and "trustRestarts" have a meaning'],
    ['redis://host?prefix={}', 'prefix: expected a text without braces'],
    ['redis://host?prefix=', 'prefix: expected a text'],
    ['redis://hunter2@host', 'a user without a password'],
    ['redis://host:0', 'port 0 is that of nobody'],
    ['redis://host?prefix=hun&prefix=ter2', 'prefix is there twice'],
    ['redis://host?trustRestarts=yes', 'trustRestarts: expected "true" or "false"'],
  ])('%j is refused without a word of what may be secret', (url, hint) => {
    const problem = brokerProblem(url)
    expect(problem).toContain(hint)
    expect(problem).not.toMatch(/hun|ter2/)
    expect(redisPlace(url)).toBeNull()
  })
})
