import { createInterface } from 'node:readline'
import { type Client, isTidewireError } from '../../client/node.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Surroundings } from '../command.ts'
import { readJson } from '../config/json-text.ts'
import {
  channelName,
  clientOptions,
  isBusy,
  isHopeless,
  type Offline,
  openClient,
  type Target,
  targetFrom,
  whyOffline,
} from './client-options.ts'

/** `tidewire publish`: one payload, or one for each line of stdin, in order. */
export const publishCommand: Command = {
  name: 'publish',
  about: 'publishes JSON; "-" reads one payload a line from stdin',
  words: ['CHANNEL', 'JSON'],
  options: {
    ...clientOptions,
    key: { value: 'KEY', about: 'the same key within 5 min publishes once' },
  },
  async run(asked, surroundings) {
    const [name = '', text = ''] = asked.words
    const target = targetFrom(asked, surroundings)
    const channel = channelName(name)
    const key = asked.options.get('key')
    if (text === '-' && key !== undefined) {
      throw new CliError('option --key is for one payload, and stdin may have several')
    }
    const payloads = text === '-' ? payloadsOfInput() : [payloadIn(text, 'the payload')]
    await using client = openClient(target, surroundings)
    const publishing = async (): Promise<void> => {
      for await (const payload of payloads) {
        const result = await client
          .channel(channel)
          .publish(payload, key === undefined ? {} : { key })
        const { position, duplicate } = result
        const text = position === null ? null : `${position.epoch}:${position.offset}`
        surroundings.print(JSON.stringify({ position: text, duplicate }))
      }
    }
    const failed = async (error: unknown): Promise<never> => {
      const { state } = client
      if (state.kind === 'closed') throw new CliError(await whyOffline(target, state))
      return told(error)
    }
    await Promise.race([publishing().catch(failed), failureToConnect(client, target, surroundings)])
  },
}

async function* payloadsOfInput(): AsyncGenerator<unknown> {
  let number = 0
  for await (const line of createInterface({ input: process.stdin })) {
    number += 1
    if (line.trim() !== '') yield payloadIn(line, `line ${number} of stdin`)
  }
}

function payloadIn(text: string, what: string): unknown {
  const reading = readJson(text)
  if (reading.ok) return reading.value
  const hint = what === 'the payload' ? 'text needs quotes: \'"hello"\'' : 'one payload a line'
  throw new CliError(`${what} is not JSON, at ${reading.column}: ${reading.problem}; ${hint}`)
}

function told(error: unknown): never {
  if (!isTidewireError(error)) throw error
  throw new CliError(`${error.code}: ${error.message}`, { cause: error })
}

/**
 * Rejects when there is no server, or it lets nobody in. One that was there once
 * is waited for, as the SDK does; so is one that has answered, which is told once.
 */
function failureToConnect(
  client: Client,
  target: Target,
  { complain }: Surroundings,
): Promise<never> {
  return new Promise((_, reject) => {
    let wasOnline = false
    let isTold = false
    const onOffline = (state: Offline): void => {
      const why = (): Promise<string> => whyOffline(target, state)
      if (isHopeless(state)) void why().then((text) => reject(new CliError(text)))
      if (!isBusy(state) || isTold) return
      isTold = true
      void why().then((text) => complain(`tidewire: ${text}; trying again`))
    }
    client.on('state', (state) => {
      if (state.kind === 'online') wasOnline = true
      if (state.kind === 'closed' && state.code !== 1000) onOffline(state)
      if (state.kind === 'waiting' && !wasOnline) onOffline(state)
    })
  })
}
