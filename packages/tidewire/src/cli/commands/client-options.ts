import { type Client, type ClientState, connect } from '../../client/node.ts'
import { closeCodes, isChannelName } from '../../protocol/index.ts'
import { CliError } from '../cli-error.ts'
import type { Asked, Option, Surroundings } from '../command.ts'
import { secretIn } from '../config/jwt-options.ts'
import { handshakeProblem } from './handshake-problem.ts'

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

/** A client that is not connected: it waits for its next attempt, or has ended. */
export type Offline = Extract<ClientState, { readonly kind: 'waiting' | 'closed' }>

/** Why a client is not connected, and what to change, in one line. */
export async function whyOffline({ url }: Target, state: Offline): Promise<string> {
  const code = state.kind === 'closed' ? state.code : state.closeCode
  const problem = ofHandshake.has(code) ? await handshakeProblem(url) : null
  if (problem !== null) return `${shownUrl(url)}: ${problem}${code === 4001 ? tokenHint : ''}`
  const reason = state.kind === 'closed' ? state.reason : reasons.get(code)
  const ending = `the connection has ended (${reason === undefined ? code : `${code} ${reason}`})`
  return `${shownUrl(url)}: ${ending}${hints.get(code) ?? ''}`
}

/** Whether nobody is there, or nobody who would ever let this client in. */
export function isHopeless(state: Offline): boolean {
  return state.kind === 'closed' || !(isBusy(state) || wantsToken.has(state.closeCode))
}

/** Whether there is a server, which has no room now, or leaves. */
export function isBusy(state: Offline): boolean {
  return state.kind === 'waiting' && busyCodes.has(state.closeCode)
}

const busyCodes: ReadonlySet<number> = new Set([1012, 1013, 4008, 4012])
/** Another one may be in a file by now. */
const wantsToken: ReadonlySet<number> = new Set([4003, 4005])

/** Those that may say how a handshake went, which another one can be asked about. */
const ofHandshake: ReadonlySet<number> = new Set([1006, 1013, 4001, 4003, 4010, 4012])

const reasons: ReadonlyMap<number, string> = new Map(
  Object.values(closeCodes).map(({ code, reason }) => [code, reason]),
)

const defaultUrl = 'ws://127.0.0.1:3000/ws'

export const tokenHint = '; give a token with TIDEWIRE_TOKEN or --token-file'
const hints: ReadonlyMap<number, string> = new Map([
  [4001, tokenHint],
  [4003, '; the token is not one that this server takes, or has expired'],
  [4005, '; make a new one with: tidewire token'],
])

// A password or a token may be in it.
function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

// What people paste is often the server's address; its endpoint has a path.
function endpoint(text: string): string {
  if (!/^(?:ws|http)s?:\/\//.test(text) || !URL.canParse(text)) {
    throw new CliError('option --url: expected an address such as ws://127.0.0.1:3000/ws')
  }
  const url = new URL(text)
  if (url.pathname === '/') url.pathname = '/ws'
  url.hash = ''
  return url.href
}

function tokenIn(file: string): string {
  try {
    return secretIn(file)
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
