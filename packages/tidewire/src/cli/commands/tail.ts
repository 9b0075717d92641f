import { once } from 'node:events'
import type { ChannelEvent, Client, Subscription } from '../../client/node.ts'
import { isPosition, type Position } from '../../protocol/index.ts'
import { CliError } from '../cli-error.ts'
import type { Asked, Command, Surroundings } from '../command.ts'
import { wholeOption } from '../option-values.ts'
import { stopSignal } from '../stop-signal.ts'
import {
  channelName,
  clientOptions,
  openClient,
  type Target,
  targetFrom,
  whyOffline,
} from './client-options.ts'

/**
 * `tidewire tail`: the events of a channel as JSON lines, over reconnects. What is
 * missed and what happens to the connection goes to stderr.
 */
export const tailCommand: Command = {
  name: 'tail',
  about: 'prints the events of a channel as JSON lines',
  words: ['CHANNEL'],
  options: {
    ...clientOptions,
    since: { value: 'POSITION', about: 'what follows this "position" of a line printed before' },
    last: { value: 'N', about: 'begin with the newest N kept events' },
  },
  async run(asked, surroundings) {
    const [channel = ''] = asked.words
    const target = targetFrom(asked, surroundings)
    const options = { channel: channelName(channel), ...startOf(asked) }
    await using client = openClient(target, surroundings)
    tellStates(client, target, surroundings)
    const ended = follow(client, options, surroundings)
    const whatEnded = await Promise.race([ended, stopSignal(), outputClosed()])
    if (typeof whatEnded !== 'object' || whatEnded === null) return
    const { code, message } = whatEnded
    const { state } = client
    throw new CliError(
      state.kind === 'closed' ? await whyOffline(target, state) : `${code}: ${message}`,
    )
  },
}

interface Start {
  readonly since?: Position
  readonly last?: number
}

function startOf(asked: Asked): Start {
  const { options } = asked
  const since = options.get('since')
  const last = { min: 0, max: 1_000_000, otherwise: 0 }
  return {
    ...(since !== undefined && { since: positionFrom(since) }),
    ...(options.has('last') && { last: wholeOption(asked, 'last', last) }),
  }
}

function positionFrom(text: string): Position {
  const [, epoch = '', offset] = /^([^:]+):(\d{1,15})$/.exec(text) ?? []
  const position = { epoch, offset: Number(offset) }
  if (isPosition(position)) return position
  throw new CliError('option --since: expected a position, epoch:offset, as tail prints it')
}

interface End {
  readonly code: string
  readonly message: string
}

/** Prints what comes; resolves when nothing can come any more. */
function follow(
  client: Client,
  { channel, ...start }: Start & { readonly channel: string },
  { print, complain }: Surroundings,
): Promise<End> {
  return new Promise((resolve) => {
    const subscription: Subscription = client
      .channel(channel)
      .subscribe((event) => print(lineOf(event, subscription.position)), {
        ...start,
        onGap: (gap) => complain(JSON.stringify({ gap })),
        onEnd: resolve,
      })
    // How it ends is told by `onEnd`.
    subscription.ready.catch(() => undefined)
  })
}

function lineOf({ channel, payload, offset, from, time }: ChannelEvent, at: Position | null) {
  const position = at === null || offset === undefined ? undefined : `${at.epoch}:${offset}`
  return JSON.stringify({ channel, position, payload, from, time })
}

/** Says when the connection comes and goes; why it does not come, once each time. */
function tellStates(client: Client, target: Target, { complain }: Surroundings): void {
  let isTold = false
  client.on('state', (state) => {
    if (state.kind === 'online') {
      isTold = false
      return complain('tidewire: online')
    }
    if (state.kind !== 'waiting') return
    const seconds = Math.max(0, (state.retryAt - Date.now()) / 1_000).toFixed(1)
    complain(`tidewire: no connection (${state.closeCode}), again in ${seconds} s`)
    if (isTold) return
    isTold = true
    void whyOffline(target, state).then((why) => complain(`tidewire: ${why}`))
  })
}

/** Resolves when nobody reads what is printed: the other end of a pipe has gone. */
async function outputClosed(): Promise<null> {
  const [error] = await once(process.stdout, 'error')
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return null
  throw error
}
