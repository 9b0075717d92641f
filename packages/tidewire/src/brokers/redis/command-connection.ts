import type { Logger } from '../../core/ports/logger.ts'
import type { RedisConnection } from './client.ts'
import { Outage } from './outage.ts'
import { type PendingCall, PendingCalls } from './pending-calls.ts'
import { type RedisScript, scripts } from './scripts.ts'

/**
 * The connection that runs scripts. Calls go out at once, one behind the other,
 * and keep their order; while there is no connection they wait for it, each until
 * its deadline.
 *
 * A connection is one life of a server: which one is found out before the first
 * call, so a call never claims another.
 */
export class CommandConnection {
  readonly #connection: RedisConnection
  readonly #trustRestarts: boolean
  readonly #calls: PendingCalls
  readonly #outage: Outage
  #waiting: Waiting[] = []
  #life: string | null = null
  #attempt = 0

  constructor(connection: RedisConnection, options: CommandOptions) {
    this.#connection = connection
    this.#trustRestarts = options.trustRestarts
    this.#calls = new PendingCalls(options)
    this.#outage = new Outage('publishing and reading', connection, options.logger)
    connection.on('ready', () => this.#begin())
    connection.on('close', () => this.#lose())
    // What fails is tried again, and told of by `error`.
    connection.connect().catch(() => undefined)
  }

  /** Runs a script; `argumentsIn` is told the life of the server it is sent to. Rejects with BrokerUnavailable. */
  run(script: RedisScript, keys: readonly string[], argumentsIn: ArgumentsIn): Promise<unknown> {
    return this.#calls.add((call) => {
      const waiting = { call, script, keys, argumentsIn }
      if (this.#life === null) this.#waiting.push(waiting)
      else this.#send(waiting, this.#life)
    })
  }

  close(): void {
    this.#life = null
    this.#calls.close()
    this.#waiting = []
    this.#connection.disconnect()
  }

  #begin(): void {
    this.#attempt += 1
    const attempt = this.#attempt
    this.#prepare()
      .then((life) => {
        if (attempt === this.#attempt) this.#open(life)
      })
      .catch((cause: unknown) => {
        if (attempt !== this.#attempt) return
        this.#outage.begin(cause)
        this.#connection.disconnect(true)
      })
  }

  async #prepare(): Promise<string> {
    const loads = Object.values(scripts).map(({ lua }) => this.#ask('SCRIPT', ['LOAD', lua]))
    const [life] = await Promise.all([this.#askLife(), ...loads])
    return life
  }

  async #askLife(): Promise<string> {
    if (this.#trustRestarts) return anyLife
    const about = await this.#ask('INFO', ['server'])
    const life = /^run_id:(\w+)/m.exec(String(about))?.[1]
    if (life === undefined) throw new Error('INFO server tells no run_id')
    return life
  }

  #open(life: string): void {
    this.#life = life
    this.#outage.end()
    for (const waiting of this.#waiting.splice(0)) {
      if (!waiting.call.isOver) this.#send(waiting, life)
    }
  }

  #lose(): void {
    this.#attempt += 1
    this.#life = null
    this.#waiting = this.#waiting.filter(({ call }) => !call.isOver)
  }

  #send({ call, script, keys, argumentsIn }: Waiting, life: string): void {
    const rest = [String(keys.length), ...keys, ...argumentsIn(life)]
    this.#ask('EVALSHA', [script.sha, ...rest])
      // Only after a SCRIPT FLUSH: they were loaded when the connection began.
      .catch((cause: unknown) => {
        if (!isUnknownScript(cause)) throw cause
        return this.#ask('EVAL', [script.lua, ...rest])
      })
      .then(
        (answer) => call.answer(answer),
        (cause: unknown) => call.fail(reasonOf(cause), withoutPayload(cause)),
      )
  }

  #ask(command: string, rest: string[]): Promise<unknown> {
    return this.#connection.call(command, rest)
  }
}

/** The arguments of a script for one life of the server. */
export type ArgumentsIn = (life: string) => readonly string[]

export interface CommandOptions {
  readonly timeoutMs: number
  readonly maxPending: number
  readonly trustRestarts: boolean
  readonly logger: Logger
}

interface Waiting {
  readonly call: PendingCall
  readonly script: RedisScript
  readonly keys: readonly string[]
  readonly argumentsIn: ArgumentsIn
}

/** Stands for the life of a server whose restarts lose nothing. */
const anyLife = '-'

function isUnknownScript(cause: unknown): boolean {
  return messageOf(cause).startsWith('NOSCRIPT')
}

// The client says it in the words of an option that is none of the application's.
function reasonOf(cause: unknown): string {
  const wasCut = cause instanceof Error && cause.name === 'MaxRetriesPerRequestError'
  return wasCut
    ? 'the connection to redis was lost before it answered'
    : `redis: ${messageOf(cause)}`
}

// The client's errors carry the command, and that the event: nothing for a log.
function withoutPayload(cause: unknown): unknown {
  if (cause instanceof Error) Reflect.deleteProperty(cause, 'command')
  return cause
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
