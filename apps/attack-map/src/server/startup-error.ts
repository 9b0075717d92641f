/**
 * The server cannot start, and the operator can do something about it.
 *
 * The message is one line that names the option to change; `main` prints it
 * and ends with exit code 1. Anything else that throws is a bug.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError'
}

/** The listeners a port or host can be wrong for. */
export interface ListenTarget {
  /** The option that sets the port: `--port`. */
  readonly option: string
  readonly host: string
  readonly port: number
}

const explanations: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; choose another port, or 0 for any free one',
  EACCES: 'no permission to listen there; ports below 1024 need privileges',
  EADDRNOTAVAIL: 'this machine does not have that address; change --host',
  ENOTFOUND: 'no such host; change --host',
}

/** What to tell the operator when listening failed. */
export function listenError(target: ListenTarget, error: NodeJS.ErrnoException): StartupError {
  const explanation = explanations[error.code ?? ''] ?? error.message
  const where = `${target.option} ${target.port} (host ${target.host})`
  return new StartupError(`${where}: ${explanation}`, { cause: error })
}
