import { describe, expect, it } from 'vitest'
import { endpointUrl } from './endpoint-url.ts'

describe('endpointUrl', () => {
  it.each([
    ['ws://h/ws', undefined, 'ws://h/ws'],
    ['wss://h:8443/ws?a=1', undefined, 'wss://h:8443/ws?a=1'],
    ['http://h/ws', undefined, 'ws://h/ws'],
    ['https://h/ws', undefined, 'wss://h/ws'],
    ['https://h/ws#part', undefined, 'wss://h/ws'],
    ['/ws', 'http://page.test:8080', 'ws://page.test:8080/ws'],
    ['/ws', 'https://page.test', 'wss://page.test/ws'],
    ['//other.test/ws', 'https://page.test', 'wss://other.test/ws'],
    ['ws://h/ws', 'https://page.test', 'ws://h/ws'],
  ])('makes of %s on %s: %s', (url, origin, endpoint) => {
    expect(endpointUrl(url, origin)).toBe(endpoint)
  })

  it.each([
    ['/ws', undefined],
    // What `location.origin` says on file: and about: pages.
    ['/ws', 'null'],
    ['ws', 'https://page.test'],
    ['', 'https://page.test'],
    ['localhost:8080/ws', undefined],
    ['ftp://h/ws', undefined],
    ['wsx://h', undefined],
    ['ws://', undefined],
  ])('refuses %j on %s', (url, origin) => {
    expect(() => endpointUrl(url, origin)).toThrow(TypeError)
    expect(() => endpointUrl(url, origin)).toThrow(/pass a ws/)
  })
})
