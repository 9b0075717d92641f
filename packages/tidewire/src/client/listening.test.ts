import { describe, expect, it } from 'vitest'
import { startClient, startOnline } from '../../test/support/client-rig.ts'

describe('listening', () => {
  it('calls every handler until it is taken away, a function added twice twice', () => {
    const { client, link } = startClient()
    const seen: string[] = []
    const handler = () => seen.push('twice')
    const takeAway = client.on('state', handler)
    client.on('state', handler)
    client.on('state', ({ kind }) => seen.push(kind))
    link.greet()
    expect(seen).toEqual(['twice', 'twice', 'online'])
    takeAway()
    takeAway()
    link.drop()
    expect(seen).toEqual(['twice', 'twice', 'online', 'twice', 'waiting'])
  })

  it('guards itself, and the other handlers, from one that throws', () => {
    const { client, link, errors } = startClient()
    const seen: string[] = []
    client.on('state', () => {
      throw new Error('mine')
    })
    client.on('state', ({ kind }) => seen.push(kind))
    link.greet()
    expect(seen).toEqual(['online'])
    expect(errors).toMatchObject([{ code: 'HANDLER_FAILED', cause: { message: 'mine' } }])
  })

  it('hands to the platform what an error handler throws', () => {
    const { client, link, reported } = startOnline({ listenForErrors: false })
    client.on('error', () => {
      throw new Error('worse')
    })
    link.tellRaw('not JSON')
    expect(reported).toMatchObject([{ message: 'worse' }])
  })

  it('hands to the platform what nobody listens for', () => {
    const { link, reported } = startOnline({ listenForErrors: false })
    link.tell({ type: 'error', code: 'INTERNAL', message: 'of no request' })
    expect(reported).toMatchObject([{ name: 'TidewireError', code: 'INTERNAL' }])
  })

  it('tells what the server says of no request', () => {
    const { link, errors } = startOnline()
    link.tell({ type: 'error', code: 'RATE_LIMITED', message: 'slow down', retryAfterMs: 9 })
    expect(errors).toMatchObject([{ code: 'RATE_LIMITED', retryAfterMs: 9 }])
  })
})
