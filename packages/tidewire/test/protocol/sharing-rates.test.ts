import { describe, expect, test } from 'vitest'
import { startEngine } from '../engine/start-engine.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { answersTo, calls, codesOf, slowly } from '../support/too-much.ts'

/** PROTOCOL.md P-060. */
describe('a rate that connections share', () => {
  test('P-060 the connections of a user have one rate, those of another user theirs', async () => {
    const limits = { ...slowly, frameBurst: 50, userFramesPerSecond: 10 }
    await using server = await startServer({ auth: namedUsers, limits })
    await using one = await signedIn(server.url, 'ada')
    await using two = await signedIn(server.url, 'ada')
    one.send(calls(15))
    expect(codesOf(await answersTo(one, 15))).toEqual({ UNKNOWN_METHOD: 15 })
    two.send(calls(40))
    // What 10 a second bring meanwhile is not much.
    expect(codesOf(await answersTo(two, 40))['RATE_LIMITED']).toBeGreaterThan(20)
    await using other = await signedIn(server.url, 'bob')
    other.send(calls(15))
    expect(codesOf(await answersTo(other, 15))).toEqual({ UNKNOWN_METHOD: 15 })
  })

  test('P-060 the connections of an address have one rate', async () => {
    await using server = await startServer({ limits: { ...slowly, addressFramesPerSecond: 10 } })
    await using one = await connectRaw(server.url)
    await using two = await connectRaw(server.url)
    one.send(calls(20))
    expect(codesOf(await answersTo(one, 20))).toEqual({ UNKNOWN_METHOD: 20 })
    two.send(calls(40))
    expect(codesOf(await answersTo(two, 40))['RATE_LIMITED']).toBeGreaterThan(20)
  })

  test('P-060 what a connection shares is gone with it', async () => {
    const { connect, clock, hub } = startEngine()
    const peers = [connect(), connect(), connect()]
    for (const peer of peers) peer.send({ type: 'auth', token: 'ada' })
    await clock.advance(0)
    expect([hub.rates.users.size, hub.rates.addresses.size]).toEqual([1, 1])
    for (const peer of peers) peer.close()
    await clock.advance(0)
    expect([hub.rates.users.size, hub.rates.addresses.size]).toEqual([0, 0])
  })
})

async function signedIn(url: string, name: string): Promise<RawClient> {
  const client = await connectRaw(url)
  await client.ask({ type: 'auth', token: `token of ${name}` })
  return client
}
