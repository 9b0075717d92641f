import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { CliError } from './cli-error.ts'
import type { Endpoint } from './listen.ts'

/** Where a server listens, on this machine. */
export interface OwnEndpoint extends Endpoint {
  readonly isSecure: boolean
}

/**
 * Whether the server at an endpoint of this machine lives: its event loop turns,
 * so that it answers. One that sends its clients away is still `leaving`, and not
 * ill: whoever ended it now would undo what it leaves in order for.
 *
 * @throws CliError when nothing answers in time, or it fails.
 */
export async function lifeOf(endpoint: OwnEndpoint): Promise<'ok' | 'leaving'> {
  const status = await statusOf(endpoint)
  if (status === 503) return 'leaving'
  // Where probes are turned off nothing is found, and that is an answer, too.
  if (status < 500) return 'ok'
  throw new CliError(`${nameOf(endpoint)}: the server answers ${status}`)
}

function statusOf(endpoint: OwnEndpoint): Promise<number> {
  const { host, port, isSecure } = endpoint
  const options = { host: ownAddress(host), port, path: '/health', agent: false }
  return new Promise((resolve, reject) => {
    const onAnswer = ({ statusCode = 0, socket }: IncomingMessage): void => {
      socket.destroy()
      resolve(statusCode)
    }
    const request = isSecure
      ? // It is asked by its address, and its certificate is for a name.
        requestSecure({ ...options, rejectUnauthorized: false }, onAnswer)
      : requestPlain(options, onAnswer)
    const refuse = (problem: string) => reject(new CliError(`${nameOf(endpoint)}: ${problem}`))
    request.setTimeout(patienceMs, () => {
      refuse(`no answer in ${patienceMs / 1_000} s`)
      request.destroy()
    })
    request.once('error', (cause) => refuse(`no answer (${codeOf(cause)})`))
    request.end()
  })
}

// Nobody is at the address that stands for all of them.
function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function nameOf({ host, port }: OwnEndpoint): string {
  return `port ${port} on ${host}`
}

function codeOf(cause: Error): string {
  return 'code' in cause ? String(cause.code) : cause.message
}

/** Less than a container's check may take. */
const patienceMs = 2_000
