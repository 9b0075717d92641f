import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Question, ServerState, Told } from './server-messages.ts'

/**
 * The process under attack, seen from the fuzzer: its port, what it says of
 * itself, and how it ended when it did.
 */
export class ServerUnderFire implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #answers = new Map<Told['told'], (told: Told) => void>()
  #failure: string | null = null
  #isEnding = false
  #hasEnded = false
  port = 0
  /** Told how long the event loop was held up, whenever that was too long; ms. */
  onStall: (ms: number) => void = () => undefined

  private constructor() {
    this.#child = fork(program, {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child.on('message', (told: Told) => this.#hear(told))
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        if (!this.#isEnding) this.#failure ??= `the process ended with ${signal ?? `code ${code}`}`
        this.#hasEnded = true
        for (const answer of this.#answers.values()) answer({ told: 'uncaught', what: 'it ended' })
        resolve()
      })
    })
  }

  /** Starts one that listens. */
  static async start(): Promise<ServerUnderFire> {
    const server = new ServerUnderFire()
    const told = await server.#answer('listening')
    server.port = told.port
    return server
  }

  /** What nobody caught, or how it died; null while it is well. */
  get failure(): string | null {
    return this.#failure
  }

  /** @throws Error when it has died. */
  async state(): Promise<ServerState> {
    return (await this.#ask({ ask: 'state' }, 'state')).state
  }

  /** The longest stall since this was asked last, in ms. */
  async takeStall(): Promise<number> {
    return (await this.#ask({ ask: 'stall' }, 'stall')).ms
  }

  /** Ends the publishing; the last number that was published. */
  async quiet(): Promise<number> {
    return (await this.#ask({ ask: 'quiet' }, 'quiet')).last
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  #ask<TTold extends Told['told']>(question: Question, told: TTold): Promise<Of<TTold>> {
    // Without a callback a process that has just died would be an uncaught error here.
    this.#child.send(question, () => undefined)
    return this.#answer(told)
  }

  #answer<TTold extends Told['told']>(told: TTold): Promise<Of<TTold>> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) return reject(new Error(this.#failure ?? 'the server has ended'))
      this.#answers.set(told, (answer) => {
        this.#answers.delete(told)
        if (isOf(answer, told)) resolve(answer)
        else reject(new Error(this.#failure ?? 'the server has ended'))
      })
    })
  }

  #hear(told: Told): void {
    if (told.told === 'uncaught') this.#failure ??= told.what
    else if (told.told === 'stalled') this.onStall(told.ms)
    else this.#answers.get(told.told)?.(told)
  }
}

type Of<TTold extends Told['told']> = Extract<Told, { readonly told: TTold }>

function isOf<TTold extends Told['told']>(answer: Told, told: TTold): answer is Of<TTold> {
  return answer.told === told
}

const program = fileURLToPath(new URL('./hostile-server.js', import.meta.url))
