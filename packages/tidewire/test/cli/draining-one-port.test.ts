import { describe, expect, it } from 'vitest'
import { connect } from '../../src/client/node.ts'
import { follow, paced, startCounted } from '../support/counted-client.ts'
import { freePort } from '../support/free-port.ts'
import { connectRaw } from '../support/raw-client.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { type CliProcess, startCli, startCliWith } from './cli-process.ts'
import { type Served, startServed } from './served.ts'

const channels = {
  'log:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 10_000 } },
}
const drain = { overMs: 500, graceMs: 60_000 }

describe.skipIf(!hasRedis())('one port handed over', () => {
  it('P-061 clients miss nothing and are never without a connection', async () => {
    const redisPort = await freePort()
    await using _ = await RedisServer.start({ port: redisPort })
    const broker = `redis://127.0.0.1:${redisPort}`
    await using elsewhere = await startServed({ channels, broker })
    await using old = await startServed({ channels, broker, drain, handOver: true })
    const clients = Array.from({ length: 30 }, () => startCounted('websocket', endpointOf(old)))
    const readers = await Promise.all(clients.map(({ client }) => follow(client)))
    await using publisher = startPublisher(elsewhere)

    await using next = startNext(old)
    await next.complaint('the port is taken; waiting until it is given up')
    old.cli.kill('SIGTERM')
    expect(await next.nextLine()).toBe(`listening on ${old.url}`)
    expect(await old.cli.ended()).toMatchObject({ code: 0 })

    const published = await publisher.stop()
    await until(() => readers.every(({ offsets }) => offsets.at(-1) === published))
    const all = Array.from({ length: published }, (_, index) => index + 1)
    for (const { offsets, told } of readers)
      expect({ offsets, told }).toEqual({ offsets: all, told: [] })
    for (const { client, states, fewest } of clients) {
      expect(states).toEqual(['online', 'online'])
      expect(fewest()).toBe(1)
      client.dispose()
    }
  })
})

describe('a server that hands its port over', () => {
  it('gives it up while its clients are still there', async () => {
    const patient = { overMs: 0, graceMs: 60_000 }
    await using old = await startServed({ channels, drain: patient, handOver: true })
    await using client = await connectRaw(endpointOf(old))
    await using next = startNext(old)
    old.cli.kill('SIGTERM')
    await client.next('drain')
    expect(await next.nextLine()).toBe(`listening on ${old.url}`)
    // The port is the next one's, which is ready; the first one still serves whom it has.
    expect((await fetch(`${old.url}/ready`)).status).toBe(200)
    expect(await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })).toMatchObject({
      type: 'ack',
    })
    client.close()
    expect(await old.cli.ended()).toMatchObject({ code: 0 })
  })

  it('says once that it waits, and ends at a signal', async () => {
    await using old = await startServed({ channels, handOver: true })
    await using next = startNext(old)
    await next.complaint('waiting')
    // It has looked again and again by the time that another one waits.
    await using third = startNext(old)
    await third.complaint('waiting')
    next.kill('SIGTERM')
    const { stdout, stderr } = await next.ended()
    expect(stdout).toBe('')
    expect(stderr.match(/waiting/g)).toHaveLength(1)
  })

  it('does not wait for what is no question of time', async () => {
    await using cli = startCliWith(
      { TIDEWIRE_CHANNELS: JSON.stringify(channels), TIDEWIRE_HAND_OVER: 'true' },
      'serve',
      '--host',
      '192.0.2.1',
    )
    expect(await cli.ended()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('192.0.2.1 is not an address of this machine'),
    })
  })
})

/** The process that takes over: the same config, and the same port. */
function startNext({ folder, url }: Served): CliProcess {
  const { port } = new URL(url)
  return startCli('serve', '--config', `${folder.path}/tidewire.json`, '--port', port)
}

function endpointOf({ url }: Served): string {
  return `${url.replace('http', 'ws')}/ws`
}

/** Publishes one event after the other; the answer to `stop` is how many. */
function startPublisher(server: Served) {
  const client = connect(endpointOf(server))
  const acks: Promise<unknown>[] = []
  const channel = client.channel('log:a')
  const stop = paced(() => acks.push(channel.publish(acks.length + 1)), pauseMs)
  return {
    async stop() {
      stop()
      await Promise.all(acks)
      return acks.length
    },
    [Symbol.asyncDispose]: async () => client.dispose(),
  }
}

/** Below the rate a connection is allowed. */
const pauseMs = 20
