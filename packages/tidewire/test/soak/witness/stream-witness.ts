import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http'
import type { Target } from '../messages.ts'
import { begun, takeFrame, Witness } from './witness.ts'

/** By a stream of server-sent events that is cut now and then, and goes on behind `Last-Event-ID`. */
export class StreamWitness extends Witness {
  override readonly name = 'stream'
  #target: Target | null = null
  #request: ClientRequest | null = null
  #lastEventId = ''
  #text = ''
  #isOver = false

  override async begin(target: Target): Promise<void> {
    this.#target = target
    this.#open()
    await begun(this.numbers)
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    this.#request?.destroy()
  }

  #open(): void {
    const path = `/api/channels/witness/events?last=1`
    const headers = this.#lastEventId === '' ? {} : { 'Last-Event-ID': this.#lastEventId }
    const port = this.#target?.port
    this.#text = ''
    this.#request = openRequest({ host: '127.0.0.1', port, path, headers, agent: false })
    this.#request.once('response', (response) => this.#read(response))
    this.#request.on('error', (cause) => this.#fail(String(cause)))
    this.#request.end()
  }

  #read(response: IncomingMessage): void {
    if (response.statusCode !== 200) this.#fail(`was answered ${response.statusCode}`)
    response.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk))
    response.on('error', () => undefined)
    response.once('close', () => this.#fail('has lost its stream'))
    setTimeout(() => {
      response.removeAllListeners('close')
      response.removeAllListeners('data')
      this.#request?.destroy()
      if (!this.#isOver) this.#open()
    }, cutAfterMs).unref()
  }

  #take(chunk: string): void {
    const blocks = (this.#text + chunk).split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) {
      this.#lastEventId = /^id: (.*)$/m.exec(block)?.[1] ?? this.#lastEventId
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data !== undefined) takeFrame(this.numbers, JSON.parse(data))
    }
  }

  #fail(what: string): void {
    if (!this.#isOver) this.numbers.fail(what)
  }
}

const cutAfterMs = 7_000
