/**
 * Argon2id on a thread of its own, so that a hash of 50 ms delays no viewer.
 *
 * One at a time: memory for one hash, and the queue behind it is bounded. The
 * thread starts with the first password, and again after it failed.
 */
import { Worker } from 'node:worker_threads'
import type { PasswordAnswer, PasswordTask } from './password-task.ts'
import { type Passwords, PasswordsBusy } from './passwords.ts'

const defaultMaxWaiting = 32

interface Waiting {
  readonly resolve: (answer: PasswordAnswer) => void
  readonly reject: (error: Error) => void
}

/** Passwords that are hashed elsewhere. */
export class Argon2Thread implements Passwords {
  readonly #file: URL
  readonly #maxWaiting: number
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #lastId = 0

  /**
   * @param file the built `argon2-worker.js`
   * @param maxWaiting how many passwords may wait; default 32, beyond it `PasswordsBusy`
   */
  constructor(file: URL, maxWaiting = defaultMaxWaiting) {
    this.#file = file
    this.#maxWaiting = maxWaiting
  }

  async hash(password: string): Promise<string> {
    const answer = await this.#ask({ password, hash: null })
    if ('hash' in answer) return answer.hash
    throw new Error('fault' in answer ? answer.fault : 'no hash came back')
  }

  async verify(password: string, hash: string): Promise<boolean> {
    const answer = await this.#ask({ password, hash })
    if ('matches' in answer) return answer.matches
    throw new Error('fault' in answer ? answer.fault : 'no answer came back')
  }

  /** Ends the thread; what still waits is rejected. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #ask(task: Omit<PasswordTask, 'id'>): Promise<PasswordAnswer> {
    if (this.#waiting.size >= this.#maxWaiting) throw new PasswordsBusy('too many sign-ins')
    this.#worker ??= this.#start()
    const worker = this.#worker
    this.#lastId += 1
    const id = this.#lastId
    // Only while it works does the thread keep the process alive.
    worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, ...task })
    })
  }

  #start(): Worker {
    const worker = new Worker(this.#file)
    worker.on('message', (answer: PasswordAnswer) => this.#settle(worker, answer))
    worker.on('error', (error) => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, new Error('the thread that hashes ended')))
    return worker
  }

  #settle(worker: Worker, answer: PasswordAnswer): void {
    this.#waiting.get(answer.id)?.resolve(answer)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) worker.unref()
  }

  #fail(worker: Worker, error: Error): void {
    // A thread that failed ends as well, when another may have taken its place.
    if (this.#worker !== worker) return
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
