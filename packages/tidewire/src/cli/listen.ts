import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Server as SecureServer } from 'node:tls'
import type { NodeServer } from '../node/index.ts'
import { CliError } from './cli-error.ts'

/** Where to listen. */
export interface Endpoint {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
}

/** What becomes of a port that is somebody else's. */
export interface ListenOptions {
  /** Is told so once, and the port is waited for. Default: that is a failure. */
  readonly onTaken?: (() => void) | undefined
}

/**
 * Starts a server and answers with its URL, which has the port it really got.
 *
 * @throws CliError when nobody may listen there, with what to change.
 */
export async function listen(
  server: NodeServer,
  endpoint: Endpoint,
  { onTaken }: ListenOptions = {},
): Promise<string> {
  const waitsForIt = onTaken !== undefined
  if (!(await isBound(server, endpoint, waitsForIt))) {
    onTaken?.()
    do await setTimeout(lookAgainMs)
    while (!(await isBound(server, endpoint, waitsForIt)))
  }
  return urlOf(server, endpoint)
}

/** Whether the port could be had; false when it is taken, and may be. */
async function isBound(
  server: NodeServer,
  endpoint: Endpoint,
  mayBeTaken: boolean,
): Promise<boolean> {
  const { port, host } = endpoint
  server.listen({ port, host })
  try {
    await once(server, 'listening')
    return true
  } catch (cause) {
    const code = codeOf(cause)
    if (mayBeTaken && code === 'EADDRINUSE') return false
    throw new CliError(reasonOf(code, endpoint), { cause })
  }
}

function urlOf(server: NodeServer, { port, host }: Endpoint): string {
  const address = server.address()
  const realPort = typeof address === 'object' && address !== null ? address.port : port
  const scheme = server instanceof SecureServer ? 'https' : 'http'
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${realPort}`
}

function reasonOf(code: string, { port, host }: Endpoint): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use; choose another with --port`
    case 'EACCES':
      return `port ${port} needs rights this user does not have; choose another with --port`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine; choose another with --host`
    default:
      return `cannot listen on port ${port} of ${host} (${code}); try another --port or --host`
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

/** So long, at most, a port that was given up is nobody's. */
const lookAgainMs = 20
