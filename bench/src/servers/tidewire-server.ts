import { createServer } from 'node:http'
import { type ChannelOptions, createTidewire } from 'tidewire'
import { benchLimits } from './bench-limits.ts'
import { listenOnLoopback } from './listen.ts'
import { benchToken, type ServerUnderTest, serve } from './serve.ts'

/** Tidewire as it comes, but for what a scenario asks of it. */
export function serveTidewire({ channel = {}, deflates = false, makeEvent }: Wishes): void {
  const tide = createTidewire({
    auth: {
      mode: 'required',
      verify: (token) => (token === benchToken ? { userId: 'bench' } : null),
    },
    channels: {
      'bench:{id}': { subscribe: 'authenticated', publish: 'authenticated', ...channel },
    },
    limits: benchLimits,
    ...(deflates && { compression: {} }),
  })
  serve({
    listen() {
      const server = createServer()
      tide.attach(server)
      return listenOnLoopback(server)
    },
    publish(name, event) {
      tide.publish(name, event).catch((cause) => {
        console.error(cause)
        process.exit(1)
      })
    },
    ...(makeEvent !== undefined && { makeEvent }),
  })
}

/** What is not as it comes. */
interface Wishes extends Pick<ServerUnderTest, 'makeEvent'> {
  readonly channel?: Pick<ChannelOptions, 'history' | 'windowMs' | 'maxEvents'>
  /** Deflates for clients that offer to inflate, from the default size on. Default false. */
  readonly deflates?: boolean
}
