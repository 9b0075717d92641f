import { createServer } from 'node:http'
import { type ChannelOptions, createTidewire } from 'tidewire'
import { listenOnLoopback } from './listen.ts'
import { benchToken, serve } from './serve.ts'

/** Tidewire as it comes, but for what a scenario asks of its channels. */
export function serveTidewire(channel: Pick<ChannelOptions, 'history'>): void {
  const tide = createTidewire({
    auth: {
      mode: 'required',
      verify: (token) => (token === benchToken ? { userId: 'bench' } : null),
    },
    channels: {
      'bench:{id}': { subscribe: 'authenticated', publish: 'authenticated', ...channel },
    },
    // Readers that are stalled on purpose do not answer pings.
    limits: { heartbeatMs: 300_000 },
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
  })
}
