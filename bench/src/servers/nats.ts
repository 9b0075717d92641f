import type { Socket } from 'node:net'
import { programPath } from '../harness/programs.ts'
import { eventBytes } from './event.ts'
import { connectTo, type Places, startExternal } from './external.ts'
import { serve } from './serve.ts'

/** The NATS server with its WebSocket listener; events come in over one TCP connection. */
let publisher: Socket | null = null

serve({
  async listen({ core }) {
    const { pid, port, feedPort } = await startExternal({
      core,
      config,
      commandLine: (path) => [programPath('nats-server'), '-c', path],
    })
    publisher = await connectTo(feedPort)
    publisher.on('data', (data) => answerPing(data))
    publisher.write('CONNECT {"verbose":false,"pedantic":false}\r\n')
    return { port, pid }
  },
  publish(channel, event) {
    publisher?.write(`PUB ${channel} ${eventBytes}\r\n${JSON.stringify(event)}\r\n`)
  },
})

function answerPing(data: Buffer): void {
  if (data.includes('PING\r\n')) publisher?.write('PONG\r\n')
}

function config({ port, feedPort, folder }: Places): string {
  return `
host: 127.0.0.1
port: ${feedPort}
websocket { host: 127.0.0.1, port: ${port}, no_tls: true }
max_connections: 100000
write_deadline: "60s"
max_pending: 268435456
log_file: "${folder}/log"
`
}
