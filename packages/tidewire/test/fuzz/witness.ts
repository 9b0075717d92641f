import { WebSocket } from 'ws'

/**
 * A client that does everything right while others do not: it has to get every
 * number the server publishes, in order, each once.
 */
export class Witness implements AsyncDisposable {
  readonly #webSocket: WebSocket
  readonly #path: string
  #last = 0
  #failure: string | null = null
  #onLast: (() => void) | null = null

  private constructor(port: number, path: string) {
    this.#path = path
    this.#webSocket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
    this.#webSocket.on('message', (data) => this.#read(JSON.parse(String(data))))
    this.#webSocket.on('error', (cause) => this.#fail(String(cause)))
    this.#webSocket.on('close', (code) => this.#fail(`was closed with ${code}`))
  }

  /** One that has subscribed. */
  static async connect(port: number, path: string): Promise<Witness> {
    const witness = new Witness(port, path)
    await new Promise<void>((resolve, reject) => {
      witness.#webSocket.once('open', resolve)
      witness.#webSocket.once('error', reject)
    })
    witness.#send({ type: 'auth', token: 'user witness' })
    witness.#send({ type: 'subscribe', id: 1, channel: 'witness', last: 1 })
    await witness.#reaching(1)
    return witness
  }

  /** What was not as it should be; null while all is well. */
  get failure(): string | null {
    return this.#failure
  }

  /** Resolves when this number has come, or fails after a time no healthy server needs. */
  async expect(last: number): Promise<void> {
    await this.#reaching(last)
    if (this.#last !== last) this.#fail(`got numbers up to ${this.#last}, not ${last}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#failure ??= 'is gone'
    this.#webSocket.terminate()
  }

  #send(frame: unknown): void {
    this.#webSocket.send(JSON.stringify(frame))
  }

  #reaching(last: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs)
      this.#onLast = () => {
        if (this.#last < last && this.#failure === null) return
        clearTimeout(timer)
        this.#onLast = null
        resolve()
      }
      this.#onLast()
    })
  }

  #read(frame: WitnessedFrame): void {
    if (frame.type === 'message') this.#take(frame.payload)
    else if (frame.type === 'batch')
      for (const { payload } of frame.events ?? []) this.#take(payload)
    else if (!quietTypes.has(frame.type)) this.#fail(`was sent ${JSON.stringify(frame)}`)
    this.#onLast?.()
  }

  #take(payload: unknown): void {
    const expected = this.#last === 0 ? payload : this.#last + 1
    if (payload !== expected) this.#fail(`was sent ${payload}, and ${expected} is next`)
    this.#last = Number(payload)
  }

  #fail(what: string): void {
    this.#failure ??= `the witness at ${this.#path} ${what}`
    this.#onLast?.()
  }
}

interface WitnessedFrame {
  readonly type: string
  readonly payload?: unknown
  readonly events?: readonly { readonly payload: unknown }[]
}

const quietTypes: ReadonlySet<string> = new Set(['connected', 'auth_ack', 'ack'])
const patienceMs = 10_000
