import { expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { hastyClock } from '../support/hasty-clock.ts'
import { startServer } from '../support/start-server.ts'
import { connectOver, ways } from '../support/ways.ts'

const hasty = hastyClock(200)

/**
 * A poll that waits tells the client of the end only when half of the time is over: the
 * other half is what a busy machine has for the renewal.
 */
const tokenMs = 6_000

/** Ten seconds of `hasty` time are nothing to a busy machine. */
const patient = { connectTimeoutMs: 2_000_000, publishTimeoutMs: 2_000_000 }

test.each(ways)(
  'P-013 a token is renewed before its end, on the connection it was first used on, over %s',
  async (way) => {
    const verified: string[] = []
    const renewed = deferred<void>()
    const verify = (token: string) => {
      verified.push(token)
      if (token === 'token 1') return { userId: 'ada', expiresAt: Date.now() + tokenMs }
      renewed.resolve()
      return { userId: 'ada' }
    }
    await using server = await startServer({ auth: { mode: 'required', verify } })
    let calls = 0
    const token = () => `token ${++calls}`
    await using client = connectOver(way, server.url, { ...patient, clock: hasty, token })
    const states: string[] = []
    client.on('state', ({ kind }) => states.push(kind))
    await renewed.promise
    await client.channel('members:a').publish('still there')
    // Over plain HTTP each request says it.
    expect([...new Set(verified)]).toEqual(['token 1', 'token 2'])
    expect(states).toEqual(['authenticating', 'online'])
  },
)
