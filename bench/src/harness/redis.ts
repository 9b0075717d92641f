import type { RedisCommands } from '../servers/redis.ts'
import { Child } from './child.ts'
import { cores } from './cores.ts'

/** A Redis for one run, on the load generator's core: what servers share, and what outlives them. */
export class Redis implements AsyncDisposable {
  readonly port: number
  readonly #keeper: Child<RedisCommands>

  private constructor(port: number, keeper: Child<RedisCommands>) {
    this.port = port
    this.#keeper = keeper
  }

  static async start(): Promise<Redis> {
    const { load: core } = cores
    const keeper = Child.start<RedisCommands>(program, { core })
    try {
      const { port } = await keeper.ask('listen', { core })
      return new Redis(port, keeper)
    } catch (cause) {
      await keeper[Symbol.asyncDispose]()
      throw cause
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#keeper[Symbol.asyncDispose]()
  }
}

const program = new URL('../servers/redis.js', import.meta.url)
