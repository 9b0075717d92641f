import { type RedisClient, redisBroker } from '../brokers/redis.ts'
import type { Broker, Logger } from '../node/index.ts'
import { CliError } from './cli-error.ts'
import { type RedisPlace, redisPlace } from './config/broker-url.ts'

/**
 * The broker a URL means. The client of an engine is an optional package: it is
 * loaded when a config asks for it, and only then.
 */

/** Makes a broker; undefined where the server's own, in memory, is meant. */
export type MakeBroker = (logger: Logger) => Broker | undefined

/**
 * Loads what the broker of a URL needs; nothing is connected to yet.
 *
 * @throws CliError when its package is not installed, with what to do.
 */
export async function loadBroker(url: string | undefined): Promise<MakeBroker> {
  const place = url === undefined ? null : redisPlace(url)
  if (place === null) return () => undefined
  const Redis = await loadClient()
  const { prefix, trustRestarts } = place
  return (logger) => {
    // A client of its own kind and never connected itself: brokers open their own.
    const client: RedisClient = new Redis({ ...connectionOf(place), lazyConnect: true })
    return redisBroker(client, { prefix, trustRestarts, logger })
  }
}

async function loadClient(): Promise<typeof import('ioredis').Redis> {
  try {
    return (await import('ioredis')).Redis
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const line = 'broker: Redis needs the package ioredis beside tidewire: npm install ioredis'
    throw new CliError(line, { cause })
  }
}

function connectionOf({ host, port, username, password, db, isSecure }: RedisPlace) {
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isSecure && { tls: {} }),
  }
}
