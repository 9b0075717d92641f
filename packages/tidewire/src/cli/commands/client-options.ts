import { type Client, type ClientState, connect } from '../../client/node.ts'
import { isChannelName } from '../../protocol/index.ts'
import { CliError } from '../cli-error.ts'
import type { Asked, Option, Surroundings } from '../command.ts'
import { secretIn } from '../config/jwt-options.ts'

/**
 * What the commands that are clients of a server have in common: where it is, who
 * asks, and what to say when it does not work. Everything else is the SDK.
 */
export const clientOptions: Readonly<Record<string, Option>> = {
  url: {
    value: 'URL',
    short: 'u',
    about: 'ws: or http:, TIDEWIRE_URL; default ws://127.0.0.1:3000/ws',
  },
  token: { value: 'TOKEN', about: 'better TIDEWIRE_TOKEN, which other users cannot read' },
  'token-file': { value: 'FILE', about: 'a file with the token in it; read at every connection' },
}

/** Where the server is, and the token for it. */
export interface Target {
  readonly url: string
  /** A function for what may be another one at the next connection. */
  readonly token: string | (() => string) | undefined
}

/** @throws CliError for a URL that is none, or a token file that cannot be read. */
export function targetFrom(asked: Asked, { environment }: Surroundings): Target {
  const { options } = asked
  const url = endpoint(options.get('url') ?? (environment['TIDEWIRE_URL'] || defaultUrl))
  const file = options.get('token-file')
  if (file === undefined) {
    return { url, token: options.get('token') ?? (environment['TIDEWIRE_TOKEN'] || undefined) }
  }
  if (options.has('token')) throw new CliError('give --token or --token-file, not both')
  const token = (): string => tokenIn(file)
  token()
  return { url, token }
}

/** Connects; what nobody else hears of is complained about. */
export function openClient({ url, token }: Target, { complain }: Surroundings): Client {
  const client = connect(url, { token })
  client.on('error', ({ code, message }) => complain(`tidewire: ${code}: ${message}`))
  return client
}

/** @throws CliError for what is no name of a channel. */
export function channelName(name: string): string {
  const shown = JSON.stringify(name.slice(0, 60))
  if (isChannelName(name)) return name
  throw new CliError(`${shown} is no channel; one is like "chat:lobby"`)
}

/** Why a connection has ended for good, and what to change. */
export function endOf({ url }: Target, state: ClientState): CliError {
  if (state.kind !== 'closed') return new CliError(`${url}: the connection has ended`)
  const { code, reason } = state
  return new CliError(`${url}: the server has ended it (${code} ${reason})${hints.get(code) ?? ''}`)
}

/** Why a server cannot be reached. */
export function unreachable({ url }: Target, closeCode: number): CliError {
  return new CliError(
    `${url}: no connection (${closeCode}); is the server there, and the path right?`,
  )
}

const defaultUrl = 'ws://127.0.0.1:3000/ws'

const tokenHint = '; give a token with TIDEWIRE_TOKEN or --token-file'
const hints: ReadonlyMap<number, string> = new Map([
  [4001, tokenHint],
  [4003, '; the token is not one that this server takes, or has expired'],
  [4005, '; make a new one with: tidewire token'],
])

// What people paste is often the server's address; its endpoint has a path.
function endpoint(text: string): string {
  if (!/^(?:ws|http)s?:\/\//.test(text) || !URL.canParse(text)) {
    throw new CliError('option --url: expected an address such as ws://127.0.0.1:3000/ws')
  }
  const url = new URL(text)
  if (url.pathname === '/') url.pathname = '/ws'
  return url.href
}

function tokenIn(file: string): string {
  try {
    return secretIn(file)
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
