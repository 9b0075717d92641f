import { spawnSync } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { connectRaw } from '../support/raw-client.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'
import { startCliWith } from './cli-process.ts'
import { configFolder } from './config-folder.ts'
import { type Served, startServed } from './served.ts'

const channels = {
  'chat:{room}': { subscribe: 'anyone', publish: 'anyone', history: { size: 10 } },
}
const password = 'hunter2/%'

describe.skipIf(!hasRedis())('two servers with one Redis', () => {
  it('are one: what is published on one is read on the other, and outlives both', async () => {
    const port = await freePort()
    await using _ = await RedisServer.start({ port, settings: ['--requirepass', password] })
    const broker = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}/3?prefix=chat:`
    {
      await using one = await startServed({ channels, broker })
      await using other = await startServed({ channels, broker })
      await using writer = await connectRaw(webSocketUrl(one))
      await using reader = await connectRaw(webSocketUrl(other))
      await reader.ask({ type: 'subscribe', id: 1, channel: 'chat:a' })
      const publish = { type: 'publish', id: 1, channel: 'chat:a', payload: 'hello' }
      expect(await writer.ask(publish)).toMatchObject({ type: 'ack', position: { offset: 1 } })
      expect(await reader.next('message')).toMatchObject({ payload: 'hello' })
    }
    await using later = await startServed({ channels, broker })
    await using client = await connectRaw(webSocketUrl(later))
    const subscribe = { type: 'subscribe', id: 1, channel: 'chat:a', last: 1 }
    expect(await client.ask(subscribe)).toMatchObject({ position: { offset: 0 } })
    expect(await client.next('message')).toMatchObject({ payload: 'hello', offset: 1 })
  })

  it('say in one line that it is not there, without its password, and go on', async () => {
    const broker = `redis://:${encodeURIComponent(password)}@127.0.0.1:${await freePort()}`
    await using served = await startServed({ channels, broker })
    const line = await served.cli.complaint('redis cannot be reached for publishing')
    expect(line).toContain('ECONNREFUSED')
    expect(line).not.toContain('hunter2')
    await using client = await connectRaw(webSocketUrl(served))
    expect(client.hello.type).toBe('connected')
  })
})

describe('a config with a Redis', () => {
  it('is right without one, and is shown without its password', async () => {
    await using cli = startCliWith(
      {
        TIDEWIRE_CHANNELS: JSON.stringify(channels),
        TIDEWIRE_BROKER: 'redis://ada:hunter2@redis.internal/1',
      },
      'check',
    )
    const { code, stdout } = await cli.ended()
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ broker: 'redis://(hidden)@redis.internal/1' })
  })

  it('is one line where the client of Redis is not installed', async () => {
    await using folder = await configFolder()
    const program = await installWithoutOptionalPackages(folder.path)
    const args = [
      program,
      'check',
      '--channels',
      JSON.stringify(channels),
      '--broker',
      'redis://localhost',
    ]
    // No settings of whoever runs the tests.
    const options = { encoding: 'utf8', env: {} } as const
    const { status, stderr } = spawnSync(process.execPath, args, options)
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        'tidewire: broker: Redis needs the package ioredis beside tidewire: npm install ioredis\n',
    })
  })
})

/** Installs the built package with what it cannot do without; answers with its program. */
async function installWithoutOptionalPackages(folder: string): Promise<string> {
  const modules = join(folder, 'node_modules')
  const here = fileURLToPath(new URL('../..', import.meta.url))
  await mkdir(join(modules, 'tidewire'), { recursive: true })
  for (const part of ['dist', 'package.json']) {
    await cp(join(here, part), join(modules, 'tidewire', part), { recursive: true })
  }
  for (const name of ['jose', 'ws']) {
    const entry = fileURLToPath(import.meta.resolve(`${name}/package.json`))
    await symlink(dirname(entry), join(modules, name))
  }
  return join(modules, 'tidewire/dist/cli/main.js')
}

function webSocketUrl({ url }: Served): string {
  return `${url.replace('http', 'ws')}/ws`
}
