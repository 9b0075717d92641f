import { type ChildProcess, fork } from 'node:child_process'

/** A process of the soak: asked things over its channel, and watched for its end. */
export class Child<TTold extends Told> implements AsyncDisposable {
  readonly #name: string
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  readonly #waiting = new Map<string, Waiting<TTold>>()
  #failure: string | null = null
  #isEnding = false

  /** @param file the program; args: what it is started with. */
  constructor(name: string, file: URL, args: readonly string[] = []) {
    this.#name = name
    this.#process = fork(file, args, {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#process.on('message', (told: TTold) => this.#hear(told))
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        if (!this.#isEnding) this.#fail(`ended with ${signal ?? `code ${code}`}`)
        resolve()
      })
    })
  }

  /** What nobody caught, or how it died; null while it is well. */
  get failure(): string | null {
    return this.#failure
  }

  /** Asks, and resolves with what it then tells. @throws Error when it has died. */
  async ask<TName extends TTold['told']>(
    question: object,
    told: TName,
  ): Promise<Extract<TTold, { readonly told: TName }>> {
    this.tell(question)
    return this.hears(told)
  }

  /** Says something that has no answer. */
  tell(message: object): void {
    // Without a callback a process that has just died would be an uncaught error here.
    this.#process.send(message, () => undefined)
  }

  /** Resolves with what it tells next under this name. @throws Error when it has died. */
  async hears<TName extends TTold['told']>(
    name: TName,
  ): Promise<Extract<TTold, { readonly told: TName }>> {
    const told = await new Promise<TTold>((resolve, reject) => {
      if (this.#failure !== null) reject(new Error(this.#failure))
      this.#waiting.set(name, { resolve, reject })
    })
    // It was waited for under its name.
    return told as Extract<TTold, { readonly told: TName }>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  #hear(told: TTold): void {
    if (isUncaught(told)) return this.#fail(told.what)
    const waiting = this.#waiting.get(told.told)
    this.#waiting.delete(told.told)
    waiting?.resolve(told)
  }

  #fail(what: string): void {
    this.#failure ??= `the ${this.#name}: ${what}`
    for (const { reject } of this.#waiting.values()) reject(new Error(this.#failure))
    this.#waiting.clear()
  }
}

/** What a process tells: anything with a name. */
interface Told {
  readonly told: string
}

interface Waiting<TTold> {
  readonly resolve: (told: TTold) => void
  readonly reject: (cause: Error) => void
}

function isUncaught(told: Told): told is Told & { readonly what: string } {
  return told.told === 'uncaught'
}
