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
 * Before the first call it is on its database and its scripts are loaded. Calls of
 * a script that Redis has forgotten were not run: they go out again, before all
 * that came later.
 */
export class CommandConnection {
  readonly #connection: RedisConnection
  readonly #database: number
  readonly #calls: PendingCalls
  readonly #outage: Outage
  #forgotten: ScriptCall[] = []
  #waiting: ScriptCall[] = []
  #isUp = false
  #attempt = 0

  constructor(connection: RedisConnection, options: CommandOptions) {
    this.#connection = connection
    this.#database = options.database
    this.#calls = new PendingCalls(options)
    this.#outage = new Outage('publishing and reading', connection, options.logger)
    connection.on('ready', () => this.#begin())
    connection.on('close', () => this.#lose())
    // What fails is tried again, and told of by `error`.
    connection.connect().catch(() => undefined)
  }

  /** Whether calls go out at once. */
  get isUp(): boolean {
    return this.#isUp
  }

  /** Runs a script. Rejects with BrokerUnavailable. */
  run(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.#calls.add((pending) => {
      const call = { pending, script, rest: [String(keys.length), ...keys, ...args] }
      if (this.#isUp) this.#send(call)
      else this.#waiting.push(call)
    })
  }

  close(): void {
    this.#isUp = false
    this.#calls.close()
    this.#forgotten = []
    this.#waiting = []
    this.#connection.disconnect()
  }

  #begin(): void {
    this.#attempt += 1
    const attempt = this.#attempt
    this.#prepare()
      .then(() => {
        if (attempt === this.#attempt) this.#open()
      })
      .catch((cause: unknown) => {
        if (attempt !== this.#attempt) return
        this.#outage.begin(cause)
        this.#connection.disconnect(true)
      })
  }

  async #prepare(): Promise<void> {
    const loads = Object.values(scripts).map(({ lua }) => this.#ask('SCRIPT', ['LOAD', lua]))
    await Promise.all([this.#select(), ...loads])
  }

  // The client has done it and goes on in database 0 when Redis has no such
  // database: another deployment may be there.
  async #select(): Promise<void> {
    if (this.#database !== 0) await this.#ask('SELECT', [String(this.#database)])
  }

  #open(): void {
    this.#isUp = true
    this.#outage.end()
    const calls = [...this.#forgotten.splice(0), ...this.#waiting.splice(0)]
    for (const call of calls) if (!call.pending.isOver) this.#send(call)
  }

  #lose(): void {
    this.#attempt += 1
    this.#isUp = false
    this.#forgotten = this.#forgotten.filter(({ pending }) => !pending.isOver)
    this.#waiting = this.#waiting.filter(({ pending }) => !pending.isOver)
  }

  #send(call: ScriptCall): void {
    const { pending, script, rest } = call
    this.#ask('EVALSHA', [script.sha, ...rest]).then(
      (answer) => pending.answer(answer),
      (cause: unknown) => {
        if (isUnknownScript(cause)) this.#sendAgain(call)
        else pending.fail(reasonOf(cause), withoutPayload(cause))
      },
    )
  }

  // The calls sent behind it are answered before the scripts are loaded: by then
  // all that were not run are here, in their order.
  #sendAgain(call: ScriptCall): void {
    this.#forgotten.push(call)
    if (!this.#isUp) return
    this.#isUp = false
    this.#begin()
  }

  #ask(command: string, rest: string[]): Promise<unknown> {
    return this.#connection.call(command, rest)
  }
}

export interface CommandOptions {
  readonly timeoutMs: number
  readonly maxPending: number
  /** The number of the database that holds the keys. */
  readonly database: number
  readonly logger: Logger
}

interface ScriptCall {
  readonly pending: PendingCall
  readonly script: RedisScript
  /** The number of keys, the keys, the arguments. */
  readonly rest: readonly string[]
}

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
