import { describe, expect, it } from 'vitest'
import type { Route } from './route.ts'
import { Router } from './router.ts'

const routes = [
  route('GET', '/api/channels'),
  route('GET', '/api/channels/{channel}/messages'),
  route('POST', '/api/channels/{channel}/messages'),
  route('GET', '/api/channels/{channel}/events'),
  route('POST', '/api/users/{userId}/disconnect'),
  route('GET', '/api/openapi.json'),
]

describe('a router', () => {
  const find = (path: string) => {
    const found = new Router(routes).find(path)
    return found && [found.routes.map(({ method }) => method), found.params]
  }

  it.each([
    ['/api/channels', ['GET'], {}],
    ['/api/channels/a/messages', ['GET', 'POST'], { channel: 'a' }],
    ['/api/channels/a/b/events', ['GET'], { channel: 'a/b' }],
    ['/api/channels/a/events/events', ['GET'], { channel: 'a/events' }],
    ['/api/channels/a/messages/events', ['GET'], { channel: 'a/messages' }],
    ['/api/channels/a%2Fb/events', ['GET'], { channel: 'a/b' }],
    ['/api/channels/a%252Fb/events', ['GET'], { channel: 'a%2Fb' }],
    ['/api/channels/%C0%AF/events', ['GET'], { channel: '' }],
    ['/api/users/a%2Fb/disconnect', ['POST'], { userId: 'a/b' }],
  ])('finds %s', (path, methods, params) => {
    expect(find(path)).toEqual([methods, params])
  })

  it.each([
    '',
    '/',
    '/api/channels/',
    '/api/channels//messages',
    '/api/channels/a',
    '/api/channels/a/messages/',
    '/api/users/a/b/disconnect',
    '/api/openapiXjson',
    ' /api/channels',
    '/api/channels\n',
  ])('has nothing at %j', (path) => {
    expect(find(path)).toBeNull()
  })
})

function route(method: Route['method'], path: string): Route {
  const doc = { operationId: path, summary: path }
  return { method, path, access: 'anybody', operation: () => null, doc }
}
