import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type ServerType, serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import type { NodeServer } from '../../src/node/upgrades.ts'
import { selfSignedCertificate } from './certificate.ts'
import { listen, portOf, stop } from './start-server.ts'

/**
 * The same small application on every framework Tidewire says it goes with:
 * `/hello` answers `hello`, anything else the framework's own 404.
 */
export const applications: readonly ApplicationKind[] = [
  { name: 'node:http', start: () => running(createServer(plain)) },
  {
    name: 'node:https',
    start() {
      const { key, cert } = selfSignedCertificate()
      return running(createSecureServer({ key, cert }, plain), cert)
    },
  },
  {
    name: 'Express',
    start() {
      const app = express()
      app.get('/hello', (_request, response) => {
        response.send('hello')
      })
      return running(createServer(app))
    },
  },
  {
    name: 'Fastify',
    async start() {
      const app = fastify()
      app.get('/hello', () => 'hello')
      await app.listen({ port: 0, host: '127.0.0.1' })
      return { server: app.server, port: portOf(app.server), end: () => app.close() }
    },
  },
  {
    name: 'Hono',
    async start() {
      const app = new Hono()
      app.get('/hello', (context) => context.text('hello'))
      const server = await new Promise<ServerType>((resolve) => {
        const options = { fetch: app.fetch, port: 0, hostname: '127.0.0.1' }
        const starting = serve(options, () => resolve(starting))
      })
      // `serve` makes an HTTP/1 server unless it is told to make another one.
      const http = server as NodeServer
      return { server: http, port: portOf(http), end: () => stop(http) }
    },
  },
]

/** An application that can be started, again and again. */
export interface ApplicationKind {
  readonly name: string
  start(): Promise<Application>
}

/** One that runs. */
export interface Application {
  readonly server: NodeServer
  readonly port: number
  /** What to trust, when it speaks TLS. */
  readonly ca?: string
  end(): Promise<void>
}

async function running(server: NodeServer, ca?: string): Promise<Application> {
  const port = await listen(server)
  return { server, port, end: () => stop(server), ...(ca !== undefined && { ca }) }
}

// Reads the body to its end before it answers, as many applications do.
const plain: RequestListener = (request, response) => {
  request.resume().once('end', () => {
    if (request.url === '/hello') response.end('hello')
    else response.writeHead(404).end('no such page')
  })
}
