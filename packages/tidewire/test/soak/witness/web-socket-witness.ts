import { WebSocket } from 'ws'
import type { Target } from '../messages.ts'
import { begun, type EventFrame, takeFrame, Witness } from './witness.ts'

/** By hand, over one WebSocket from the first to the last: nothing heals what goes wrong. */
export class WebSocketWitness extends Witness {
  override readonly name: string
  readonly #path: string
  #socket: WebSocket | null = null

  constructor(path: string) {
    super()
    this.name = `WebSocket at ${path}`
    this.#path = path
  }

  override async begin({ port }: Target): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${this.#path}`)
    this.#socket = socket
    socket.on('message', (data) => this.#take(JSON.parse(String(data))))
    socket.on('error', (cause) => this.numbers.fail(String(cause)))
    socket.on('close', (code) => this.numbers.fail(`was closed with ${code}`))
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe', id: 1, channel: 'witness', last: 1 }))
    })
    await begun(this.numbers)
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.removeAllListeners('close')
    this.#socket?.terminate()
  }

  #take(frame: EventFrame): void {
    if (takeFrame(this.numbers, frame) || quietTypes.has(frame.type)) return
    this.numbers.fail(`was sent ${JSON.stringify(frame)}`)
  }
}

const quietTypes: ReadonlySet<string> = new Set(['connected', 'ack'])
