import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isProvided } from '@tidewire/test-support/requirement'
import { Redis } from 'ioredis'
import { Inbox } from './inbox.ts'

/**
 * A real Redis of a test's own, on a Unix socket in a folder of its own; gone
 * with the test that declares it `await using`. It survives being killed: `start`
 * begins its next life on the same socket and with what it has on disk.
 */
export class RedisServer implements AsyncDisposable {
  readonly #folder: string
  readonly #options: RedisServerOptions
  readonly #clients: Redis[] = []
  #child: ChildProcess | null = null

  private constructor(folder: string, options: RedisServerOptions) {
    this.#folder = folder
    this.#options = options
  }

  /** Starts one; resolves when it takes connections. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'tidewire-redis-')), options)
    try {
      await server.start()
      return server
    } catch (cause) {
      await server[Symbol.asyncDispose]()
      throw cause
    }
  }

  get socket(): string {
    return join(this.#folder, 'redis.sock')
  }

  /** Its TCP port; 0 when it has none. */
  get port(): number {
    return this.#options.port ?? 0
  }

  /** A client as an application has it: to read and break things with, and to make brokers of. */
  client(options: RedisUser = {}): Redis {
    const client = new Redis({ ...options, path: this.socket, lazyConnect: true })
    client.on('error', () => undefined)
    this.#clients.push(client)
    return client
  }

  /** Begins its next life. */
  async start(): Promise<void> {
    const child = spawn('redis-server', [...this.#arguments()], { cwd: this.#folder })
    this.#child = child
    const lines = new Inbox<string>(String)
    for (const output of [child.stdout, child.stderr]) {
      createInterface(output).on('line', (line) => lines.put(line))
    }
    child.once('close', (code) => lines.end(`redis-server ended with ${code}`))
    while (!/ready to accept connections (at|unix)/i.test(await lines.take()));
  }

  /** Ends it: `SIGTERM` as an operator does, `SIGKILL` as a crash does. */
  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null) return
    const closed = once(child, 'close')
    child.kill('SIGCONT')
    child.kill(signal)
    await closed
  }

  /** Holds it, as a machine does that swaps; `resume` lets it go on. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect()
    await this.kill('SIGKILL')
    await rm(this.#folder, { recursive: true, force: true })
  }

  *#arguments(): Iterable<string> {
    const { appendOnly = false, port = 0, settings = [] } = this.#options
    yield* ['--port', String(port), '--bind', '127.0.0.1', '--unixsocket', this.socket]
    yield* ['--dir', this.#folder, '--save', '']
    if (appendOnly) yield* ['--appendonly', 'yes', '--appendfsync', 'always']
    yield* settings
  }
}

/** Whom a client signs in as, and which database it uses. Default: nobody, and 0. */
export interface RedisUser {
  readonly db?: number
  readonly username?: string
  readonly password?: string
}

export interface RedisServerOptions {
  /** Everything that was acknowledged is on disk. Default: nothing is. */
  readonly appendOnly?: boolean
  /** A TCP port beside the socket. Default: none. */
  readonly port?: number
  /** More of its command line. */
  readonly settings?: readonly string[]
}

/** Whether the machine has Redis. */
export function hasRedis(): boolean {
  const isPresent = spawnSync('redis-server', ['--version']).error === undefined
  return isProvided(isPresent, 'redis-server is not installed')
}
