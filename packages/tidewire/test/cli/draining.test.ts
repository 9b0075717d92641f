import { once } from 'node:events'
import { connect as connectTcp, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/client/node.ts'
import { connectRaw } from '../support/raw-client.ts'
import { until } from '../support/until.ts'
import { startServed } from './served.ts'

const channels = { log: { subscribe: 'anyone', publish: 'anyone', history: { size: 100 } } }

describe('SIGTERM', () => {
  it('P-061 /ready is 503 while clients leave, each gets drain, and the exit code is 0', async () => {
    await using served = await startServed({ channels, drain: { overMs: 0, graceMs: 60_000 } })
    await using client = await connectRaw(`${served.url.replace('http', 'ws')}/ws`)
    expect((await fetch(`${served.url}/ready`)).status).toBe(200)
    served.cli.kill('SIGTERM')
    expect(await client.next('drain')).toMatchObject({ type: 'drain' })
    expect((await fetch(`${served.url}/ready`)).status).toBe(503)
    // What docs/guide/deploy.md tells a liveness probe to ask.
    expect((await fetch(`${served.url}/api/openapi.json`)).status).toBe(200)
    client.close()
    expect(await served.cli.ended()).toMatchObject({ code: 0 })
  })

  it('a client of the SDK is on the next server before it leaves this one', async () => {
    await using first = await startServed({ channels, drain: { overMs: 0, graceMs: 60_000 } })
    await using next = await startServed({ channels })
    await using door = await movableDoor(first.url)
    const client = connect(`ws://127.0.0.1:${door.port}/ws`, { minDelayMs: 1, maxDelayMs: 20 })
    const seen: unknown[] = []
    const options = { onGap: () => seen.push('gap') }
    await client.channel('log').subscribe(({ payload }) => seen.push(payload), options).ready
    const states: string[] = []
    client.on('state', ({ kind }) => states.push(kind))
    door.leadTo(next.url)
    first.cli.kill('SIGTERM')
    expect(await first.cli.ended()).toMatchObject({ code: 0 })
    await client.channel('log').publish('after')
    await until(() => seen.includes('after'))
    expect(states).not.toContain('waiting')
    client.dispose()
  })

  it('ends at once at a second signal, with 128 and its number, though a client stays', async () => {
    await using served = await startServed({ channels, drain: { overMs: 0, graceMs: 60_000 } })
    await using client = await connectRaw(`${served.url.replace('http', 'ws')}/ws`)
    served.cli.kill('SIGTERM')
    await client.next('drain')
    served.cli.kill('SIGINT')
    expect(await served.cli.ended()).toMatchObject({ code: 128 + 2 })
  })
})

/** A port that leads to one server, and later to another: what a proxy does during a deploy. */
async function movableDoor(url: string) {
  let target = Number(new URL(url).port)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connectTcp(target, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
      socket.pipe(other)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    leadTo(next: string) {
      target = Number(new URL(next).port)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
