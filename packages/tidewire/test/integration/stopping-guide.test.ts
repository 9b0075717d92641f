import { createServer } from 'node:http'
import fastify from 'fastify'
import { describe, expect, it, test } from 'vitest'
import { createTidewire } from '../../src/node/index.ts'
import { follow, startCounted } from '../support/counted-client.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { openChannels } from '../support/open-channels.ts'
import { startPasted } from '../support/pasted-server.ts'
import { connectRaw } from '../support/raw-client.ts'
import { listen, portOf, stop } from '../support/start-server.ts'

/** docs/guide/deploy.md promises servers that end in order when they are told to. */
describe.each(['express', 'fastify', 'hono'])('the server of %s', (name) => {
  it('says that it leaves, and ends when its clients have gone', async () => {
    await using server = await startPasted('deploy', name)
    await using client = await connectRaw(server.url)
    const ready = `http://127.0.0.1:${server.port}/ready`
    expect((await fetch(ready)).status).toBe(200)
    const stopped = server.stop()
    await client.next('drain')
    expect((await fetch(ready)).status).toBe(503)
    client.close()
    expect(await stopped).toBe(0)
  })

  it('ends with a client of the SDK on the next one, which was never offline', async () => {
    await using old = await startPasted('deploy', name)
    await using next = await startPasted('deploy', name)
    await using door = await startLossyProxy(old.port)
    await using counted = startCounted('websocket', door.url)
    // Two processes without a broker between them: it is a new epoch.
    const onGap = () => undefined
    await counted.client.channel('news').subscribe(() => undefined, { onGap }).ready
    door.aim(next.port)
    expect(await old.stop()).toBe(0)
    expect(counted.states).toEqual(['online', 'online'])
    expect(counted.fewest()).toBe(1)
  })
})

test('Fastify closes though a client is connected, as preClose tells it', async () => {
  await using tide = createTidewire({ channels: openChannels })
  const app = fastify()
  app.addHook('preClose', () => tide.close())
  tide.attach(app.server)
  await app.listen({ port: 0, host: '127.0.0.1' })
  await using client = await connectRaw(`ws://127.0.0.1:${portOf(app.server)}/ws`)
  await app.close()
  expect(await client.closed()).toMatchObject({ code: 1001 })
})

test('a server of Node gives its port up at once, and its clients take the next', async () => {
  await using old = createTidewire({ channels: openChannels })
  await using next = createTidewire({ channels: openChannels })
  const [first, second] = [createServer(), createServer()]
  old.attach(first)
  next.attach(second)
  const port = await listen(first)
  await using counted = startCounted('websocket', `ws://127.0.0.1:${port}/ws`)
  await follow(counted.client)
  first.close()
  second.listen(port, '127.0.0.1')
  await old.drain({ overMs: 0, graceMs: 60_000 })
  expect(portOf(second)).toBe(port)
  expect(counted.states).toEqual(['online', 'online'])
  expect(counted.fewest()).toBe(1)
  await counted[Symbol.asyncDispose]()
  await stop(second)
})
