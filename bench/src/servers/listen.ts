import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Listening } from './serve.ts'

/** Opens a Node server on a free port of the loopback address. */
export async function listenOnLoopback(server: Server): Promise<Listening> {
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP port')
  return { port: address.port, pid: process.pid }
}
