import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AnswerMessage, AnswerOf, ArgumentOf, Commands } from './commands.ts'
import { pinned } from './cores.ts'

/**
 * A program of the bench in a process of its own, on one core, that answers
 * commands. It ends when this object is disposed of, or when its parent dies.
 */
export class Child<TCommands extends Commands> implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  private constructor(child: ChildProcess, name: string) {
    this.#process = child
    // Only `answerCommands` writes to this channel, from the same build.
    child.on('message', (message) => this.#settle(message as AnswerMessage))
    child.once('exit', (code, signal) => this.#failAll(`${name} ended (${code ?? signal})`))
    child.once('error', (cause) => this.#failAll(`${name} did not start: ${cause.message}`))
  }

  /** Starts a compiled module of the bench. */
  static start<TCommands extends Commands>(
    module: URL,
    { core, nodeArguments = [] }: ChildOptions,
  ): Child<TCommands> {
    const path = fileURLToPath(module)
    const { command, args } = pinned(core, [process.execPath, ...nodeArguments, path])
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    return new Child<TCommands>(child, path)
  }

  /** The process id. `taskset` becomes the program it starts, so it is the program's own. */
  get pid(): number {
    const { pid } = this.#process
    if (pid === undefined) throw new Error('the process did not start')
    return pid
  }

  /** Has a command carried out. Rejects when it fails there, or when the process ends first. */
  async ask<TName extends keyof TCommands & string>(
    name: TName,
    argument: ArgumentOf<TCommands, TName>,
  ): Promise<AnswerOf<TCommands, TName>> {
    const id = ++this.#lastId
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#process.send({ id, name, argument }, (cause) => {
        if (cause !== null) this.#settle({ id, failure: cause.message })
      })
    })
    // The child's handler of this name has the type the answer is given here.
    return answer as AnswerOf<TCommands, TName>
  }

  /** Ends the process as a crash would: it learns nothing of it. */
  async kill(): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    if (child.connected) child.disconnect()
    const lastResort = setTimeout(() => child.kill('SIGKILL'), exitGraceMs)
    await gone
    clearTimeout(lastResort)
  }

  #settle(message: AnswerMessage): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('failure' in message) waiting?.reject(new Error(message.failure))
    else waiting?.resolve(message.answer)
  }

  #failAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason))
    this.#waiting.clear()
  }
}

/** Where and how a child runs. */
export interface ChildOptions {
  /** The core it may use; null for any. */
  readonly core: number | null
  /** Options for Node itself, such as `--expose-gc`. Default none. */
  readonly nodeArguments?: readonly string[]
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (cause: Error) => void
}

/** How long a child has to let go of its sockets. */
const exitGraceMs = 10_000
