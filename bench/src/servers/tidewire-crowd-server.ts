import { Redis } from 'ioredis'
import { createTidewire } from 'tidewire'
import { redisBroker } from 'tidewire/brokers/redis'
import { crowdUser, type MakeCrowdServer } from './crowd-server.ts'

/** Tidewire as it comes, limits, admission and all: each client has a user and a share of an address. */
export const makeTidewireCrowd: MakeCrowdServer = ({ server, redisPort }) => {
  const tide = createTidewire({
    auth: {
      mode: 'required',
      verify(token) {
        const userId = crowdUser(token)
        return userId === null ? null : { userId }
      },
    },
    channels: { 'bench:{id}': { subscribe: 'authenticated', history: { size: 1_000 } } },
    logger,
    ...(redisPort !== null && { broker: redisBroker(new Redis(redisPort)) }),
  })
  tide.attach(server)
  return {
    publish: (channel, event) => tide.publish(channel, event).catch(fail),
    leave: () => tide.drain(),
  }
}

// A run in which the server had something to complain of is none.
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (...said: readonly unknown[]) => console.error(...said),
  error: (...said: readonly unknown[]) => console.error(...said),
}

function fail(cause: unknown): never {
  console.error(cause)
  process.exit(1)
}
